// SPDX-License-Identifier: GPL-3.0-or-later
#include "age_points.h"

#include <algorithm>

namespace heartline {

QList<QPointF> AgePoints::points(const history::BeatTrace &trace, MonoTime now) {
    QList<QPointF> points;
    const auto &beats = trace.beats();
    const MonoTime edge = now - trace.window();
    const auto add = [&](MonoTime at, MonoTime since) {
        points << QPointF(toSeconds(at - now), toSeconds(at - since));
    };
    for (std::size_t i = 0; i < beats.size() && beats[i] <= now; ++i) {
        const MonoTime end = i + 1 < beats.size() ? std::min(beats[i + 1], now) : now;
        if (end < edge)
            continue;
        add(std::max(beats[i], edge), beats[i]);
        add(end, beats[i]);
    }
    return points;
}

void AgePoints::fill(QXYSeries *series, fleet::AgentListModel *model, int agentIndex,
                     double nowMs) {
    const auto *trace = model ? model->trace(agentIndex) : nullptr;
    if (!series)
        return;
    series->replace(trace ? points(*trace, MonoTime(fromSeconds(nowMs / 1000))) : QList<QPointF>());
}

} // namespace heartline
