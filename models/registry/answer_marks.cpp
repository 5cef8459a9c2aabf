// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/answer_marks.h"

#include "base/http_date.h"

#include <QByteArray>
#include <algorithm>
#include <array>
#include <charconv>

namespace heartline::registry {

namespace {

/// Seconds; nothing for what is no number.
std::optional<Nanoseconds> parseAge(std::string_view text) {
    constexpr long long kMostSeconds = 100LL * 366 * 86'400;
    long long seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range)
        return std::chrono::seconds(kMostSeconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(std::min(seconds, kMostSeconds));
}

/// One of the words by which caches say that an answer is theirs: `HIT`, `TCP_MEM_HIT`, nginx's
/// `STALE` and `UPDATING`. Squid names its host behind `from`, which may be called anything.
bool isHit(std::string_view value) {
    const QByteArray said =
        QByteArray(value.data(), static_cast<qsizetype>(value.size())).toLower();
    const qsizetype host = said.indexOf(" from ");
    QByteArray words = host < 0 ? said : said.left(host);
    for (const QByteArray &part : words.replace(';', ',').split(',')) {
        const QByteArray word = part.trimmed();
        if (word == "hit" || word.endsWith("_hit") || word.endsWith(" hit") || word == "stale" ||
            word == "updating")
            return true;
    }
    return false;
}

bool saysCacheHit(const HttpHeader &header) {
    constexpr std::array<std::string_view, 4> kNames{"x-cache", "x-cache-status", "cf-cache-status",
                                                     "cache-status"};
    return std::find(kNames.begin(), kNames.end(), header.name) != kNames.end() &&
           isHit(header.value);
}

} // namespace

AnswerMarks AnswerMarks::of(const HttpReply &reply) {
    AnswerMarks marks;
    for (const HttpHeader &header : reply.headers) {
        if (header.name == "date")
            marks.date = parseHttpDate(header.value);
        else if (header.name == "age")
            marks.age = parseAge(header.value) ? parseAge(header.value) : marks.age;
        else if (saysCacheHit(header))
            marks.cacheHit = true;
    }
    marks.spokenAt = reply.sentAt - marks.age.value_or(0ns);
    marks.receivedAt = reply.receivedAt;
    return marks;
}

} // namespace heartline::registry
