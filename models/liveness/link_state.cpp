// SPDX-License-Identifier: GPL-3.0-or-later
#include "liveness/link_state.h"

namespace heartline::liveness {

bool isSighted(LinkState state) {
    return state == LinkState::Connected || state == LinkState::PollingOnly;
}

std::string_view linkWord(LinkState state) {
    switch (state) {
    case LinkState::Connecting:
        return "connecting";
    case LinkState::Connected:
        return "connected";
    case LinkState::PollingOnly:
        return "polling only";
    case LinkState::Silent:
        return "silent";
    case LinkState::Unreachable:
        return "unreachable";
    case LinkState::Refusing:
        return "refusing";
    case LinkState::TlsFailure:
        return "TLS failure";
    case LinkState::NotARegistry:
        return "not a registry";
    case LinkState::OutOfDate:
        return "out of date";
    case LinkState::Forgetful:
        return "missing your agents";
    case LinkState::OtherRegistry:
        return "another registry";
    }
    return "connecting";
}

} // namespace heartline::liveness
