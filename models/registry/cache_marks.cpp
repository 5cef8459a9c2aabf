// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/cache_marks.h"

namespace heartline::registry {

namespace {
/// A clock that was set back by more than what goes by in this time is taken as it is.
constexpr auto kWhile = std::chrono::seconds(60);
} // namespace

bool CacheMarks::isKept(const std::string &url, const AnswerMarks &answer) {
    const bool again = repeats(url, answer);
    if (answer.age && *answer.age > kTolerated)
        return true;
    return again || (answer.cacheHit && !answer.age);
}

bool CacheMarks::repeats(const std::string &url, const AnswerMarks &answer) {
    if (!answer.date)
        return false;
    if (!m_latest || *answer.date >= m_latest->date || answer.receivedAt - m_latest->at > kWhile)
        m_latest = Last{url, *answer.date, answer.receivedAt};
    if (m_seen.size() >= kMostAddresses && !m_seen.contains(url))
        m_seen.clear();
    const auto [it, added] = m_seen.try_emplace(url, Seen{*answer.date, answer.receivedAt});
    if (it->second.date != *answer.date) {
        it->second = {*answer.date, answer.receivedAt};
        return false;
    }
    const bool othersMovedOn =
        m_latest->at > it->second.firstAt && m_latest->date - *answer.date > kTolerated;
    if (added || !othersMovedOn || answer.spokenAt - it->second.firstAt <= kTolerated)
        return false;
    it->second.againAt = it->second.againAt.value_or(answer.spokenAt);
    return answer.spokenAt > *it->second.againAt;
}

} // namespace heartline::registry
