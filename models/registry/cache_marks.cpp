// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/cache_marks.h"

namespace heartline::registry {

namespace {
/// A clock that was set back by more than what goes by in this time is taken as it is.
constexpr auto kWhile = std::chrono::seconds(60);
} // namespace

bool CacheMarks::isKept(const std::string &url, const http::RestReply &reply) {
    const bool again = repeats(url, reply);
    if (reply.age && *reply.age > kTolerated)
        return true;
    return again || (reply.cacheHit && !reply.age);
}

bool CacheMarks::repeats(const std::string &url, const http::RestReply &reply) {
    if (!reply.date)
        return false;
    if (!m_latest || *reply.date >= m_latest->date || reply.receivedAt - m_latest->at > kWhile)
        m_latest = Last{url, *reply.date, reply.receivedAt};
    if (m_seen.size() >= kMostAddresses && !m_seen.contains(url))
        m_seen.clear();
    const auto [it, added] = m_seen.try_emplace(url, Seen{*reply.date, reply.receivedAt});
    if (it->second.date != *reply.date) {
        it->second = {*reply.date, reply.receivedAt};
        return false;
    }
    const bool othersMovedOn =
        m_latest->at > it->second.firstAt && m_latest->date - *reply.date > kTolerated;
    return !added && othersMovedOn && reply.sentAt - it->second.firstAt > kTolerated;
}

} // namespace heartline::registry
