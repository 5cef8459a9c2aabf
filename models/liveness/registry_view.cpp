// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/registry_view.h"

namespace heartline::liveness {

bool RegistryView::readsFail() const {
    return failing || (failuresInRow > 1 && severalFailed);
}

bool RegistryView::failedLately(MonoTime now) const {
    if (!failing && refusalsInRow == 0)
        return false;
    return readsFail() || failedAnew || now < sight.graceUntil;
}

LinkState RegistryView::shown() const {
    if (!isSighted(link))
        return link;
    if (failing)
        return blindAs;
    if (sight.forgetful || sight.outOfDate)
        return sight.forgetful ? LinkState::Forgetful : LinkState::OutOfDate;
    return sight.unread ? LinkState::Connecting : link;
}

} // namespace heartline::liveness
