// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/rfc3339.h"
#include "bench/measure.h"
#include "protocol/activity_event.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

namespace heartline::bench {

namespace {

constexpr int kParseRounds = 7;
constexpr int kCalls = 100'000;
const char *const kFrame =
    R"({"type":"entity_heartbeat","timestamp":"2026-11-24T08:47:28.063109269Z",)"
    R"("data":{"entity_id":"zns:2b175b3b733d1b08991c092172fc4c09","status":"active"}})";
constexpr std::string_view kTime = "2026-11-24T08:47:28.063109269Z";

/// Keeps results from being optimised away.
volatile long sink = 0;

void compare(Figures &figures, const char *name, const char *baseline, const char *target,
             const std::function<void()> &ours, const std::function<void()> &theirs) {
    std::vector<double> mine;
    std::vector<double> ratios;
    for (int i = 0; i < kParseRounds; ++i) {
        mine.push_back(nsPerCall(kCalls, ours));
        ratios.push_back(mine.back() / nsPerCall(kCalls, theirs));
    }
    figures.push_back({name, median(mine), "ns", baseline, median(ratios), target});
}

} // namespace

void benchParse(Figures &figures) {
    protocol::ActivityParser parser;
    const QByteArray frame(kFrame);
    compare(
        figures, "parse.event", "QJsonDocument and the same three fields", "<= 0.10",
        [&] { sink = sink + static_cast<long>(parser.parse(kFrame)->entityId.size()); },
        [&] {
            const QJsonObject object = QJsonDocument::fromJson(frame).object();
            const QDateTime time = QDateTime::fromString(
                object.value(QLatin1String("timestamp")).toString(), Qt::ISODateWithMs);
            const QString id = object.value(QLatin1String("data"))
                                   .toObject()
                                   .value(QLatin1String("entity_id"))
                                   .toString();
            const QString type = object.value(QLatin1String("type")).toString();
            sink = sink + id.size() + type.size() + static_cast<long>(time.isValid());
        });
    const QString text = QString::fromLatin1(kTime.data(), kTime.size());
    compare(
        figures, "parse.timestamp", "QDateTime::fromString", "<= 0.08",
        [&] {
            sink = sink + static_cast<long>(parseRfc3339(kTime)->time_since_epoch().count() & 1);
        },
        [&] {
            sink =
                sink + static_cast<long>(QDateTime::fromString(text, Qt::ISODateWithMs).isValid());
        });
}

} // namespace heartline::bench
