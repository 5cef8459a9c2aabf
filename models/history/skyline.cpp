// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/skyline.h"

#include <algorithm>

namespace heartline::history {

std::vector<SkylineColumn> skyline(const BeatTrace &trace, MonoTime now, int width) {
    std::vector<SkylineColumn> columns(static_cast<std::size_t>(std::max(width, 0)));
    if (columns.empty())
        return columns;
    const auto &beats = trace.beats();
    const auto blind = trace.unobserved(now);
    const MonoTime first = now - trace.window();
    const auto edge = [&](std::size_t column) {
        return first + trace.window() * static_cast<std::int64_t>(column) / width;
    };
    auto next = beats.begin(); // the first beat past the column's start
    auto gap = blind.begin();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const MonoTime from = edge(i);
        const MonoTime to = edge(i + 1);
        while (gap != blind.end() && gap->to <= from)
            ++gap;
        while (next != beats.end() && *next <= from)
            ++next;
        if (trace.start() && from < *trace.start() && (beats.empty() || from < beats.front()))
            continue;
        if (gap != blind.end() && gap->from < to)
            continue;
        SkylineColumn &column = columns[i];
        column.kind = SkylineColumn::Kind::NoBeat;
        // The age is greatest just before a beat, or at the column's end.
        auto beat = next;
        while (true) {
            const bool last = beat == beats.end() || *beat > to;
            if (beat != beats.begin()) {
                column.kind = SkylineColumn::Kind::Age;
                column.age = std::max(column.age, (last ? to : *beat) - *std::prev(beat));
            }
            if (last)
                break;
            ++beat;
        }
    }
    return columns;
}

} // namespace heartline::history
