// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/list_reader.h"

#include "identity/entity_id.h"
#include "protocol/registry_url.h"
#include "registry/failure.h"

#include <algorithm>
#include <utility>

namespace heartline::registry {

namespace {
/// What fails is asked for in parts so much smaller.
constexpr int kNarrower = 4;
/// One entry that is ill takes four to be found; more are the registry.
constexpr int kRefusalsInRow = 5;
/// A page that is limited is asked for again after 5, 10 and 20 s.
constexpr int kLimitsInRow = 3;
constexpr Nanoseconds kPageLimitedRest = std::chrono::seconds(5);
/// It doubles the rest between pages, up to that.
constexpr Nanoseconds kLongestPageRest = std::chrono::seconds(30);
} // namespace

ListReader::ListReader(const Environment &environment, std::string registry, AnswerHook hook)
    : m_transport(environment.transport), m_registry(std::move(registry)), m_hook(std::move(hook)),
      m_restTimer(environment.scheduler, [this] { readPage(); }) {}

void ListReader::finish(Result<Outcome> outcome) {
    m_take = nullptr;
    if (const Done done = std::exchange(m_done, nullptr))
        done(std::move(outcome));
}

bool ListReader::handOver(std::vector<protocol::EntityRecord> records, MonoTime sentAt) {
    const std::uint64_t read = m_reads;
    const Take take = m_take; // may be replaced while it runs
    take(std::move(records), sentAt);
    return read == m_reads;
}

void ListReader::stop() {
    m_transport.cancel(m_request);
    m_restTimer.stop();
    finish(fail(ErrorKind::Cancelled, "the list was given up"));
}

void ListReader::get(const std::string &path,
                     std::function<void(Result<protocol::EntityList>, MonoTime)> use) {
    m_request = m_transport.send(
        {.url = m_registry + path, .timeout = 15s},
        [this, url = m_registry + path, use = std::move(use)](Result<HttpReply> reply) {
            if (!reply)
                return use(tl::unexpected(reply.error()), {});
            if (!m_hook(url, *reply))
                return use(tl::unexpected(keptByCache()), {});
            if (saysNotFound(*reply)) // an unknown developer has no agents here
                return use(protocol::EntityList{}, reply->sentAt);
            if (reply->status != 200)
                return use(tl::unexpected(refusal(*reply)), reply->sentAt);
            use(protocol::parseEntityList(reply->body), reply->sentAt);
        });
}

void ListReader::read(Order order, MonoTime now, Take take, Done done) {
    ++m_reads;
    m_transport.cancel(m_request);
    m_restTimer.stop();
    m_take = std::move(take);
    m_done = std::move(done);
    m_order = std::move(order);
    m_outcome = {};
    m_outcome.sentAt = now;
    m_offset = 0;
    m_limit = kPage;
    m_failures = 0;
    m_refusalsInRow = 0;
    m_limitsInRow = 0;
    m_firstOfPage.clear();
    m_seen.clear();
    const bool tooLarge = m_ownTooLargeAt && now - *m_ownTooLargeAt < kTooLargeFor;
    if (tooLarge && m_order.paging)
        readPage();
    else
        readOwn();
}

void ListReader::readOwn() {
    get("/v1/developers/" + protocol::pathSegment(m_order.developerId) + "/entities",
        [this](Result<protocol::EntityList> list, MonoTime sentAt) {
            if (list)
                return tookOwn(std::move(*list), sentAt);
            if (list.error().kind != ErrorKind::TooLarge)
                return finish(tl::unexpected(list.error()));
            m_ownTooLargeAt = m_outcome.sentAt;
            if (m_order.paging)
                readPage();
            else
                finish(tl::unexpected(list.error()));
        });
}

void ListReader::tookOwn(protocol::EntityList list, MonoTime sentAt) {
    m_ownTooLargeAt.reset();
    const bool full = list.count >= protocol::kDeveloperListCap;
    // Named twice, it may be an old copy that comes second.
    std::erase_if(list.records, [this](const protocol::EntityRecord &record) {
        return !m_seen.insert(record.entityId).second;
    });
    m_outcome.complete = !full;
    m_outcome.skipped = list.skipped;
    if (!handOver(std::move(list.records), sentAt))
        return;
    if (full && m_order.paging)
        m_restTimer.start(m_order.rest);
    else
        finish(m_outcome);
}

void ListReader::readPage() {
    get("/v1/entities?limit=" + std::to_string(m_limit) + "&offset=" + std::to_string(m_offset),
        [this](Result<protocol::EntityList> page, MonoTime sentAt) {
            if (page)
                tookPage(std::move(*page), sentAt);
            else
                pageFailed(page.error());
        });
}

void ListReader::tookPage(protocol::EntityList page, MonoTime sentAt) {
    const auto received = static_cast<int>(page.records.size()) + page.skipped;
    const std::string first = page.records.empty() ? std::string() : page.records.front().entityId;
    const bool again = !first.empty() && first == std::exchange(m_firstOfPage, first);
    std::vector<protocol::EntityRecord> owned;
    for (protocol::EntityRecord &record : page.records)
        if (identity::isSameId(record.developerId, m_order.developerId) &&
            m_seen.insert(record.entityId).second)
            owned.push_back(std::move(record));
    m_refusalsInRow = 0;
    m_limitsInRow = 0;
    ++m_outcome.pages;
    m_outcome.skipped += page.skipped;
    m_offset += received;
    m_limit = std::min(m_limit * kNarrower, kPage);
    m_outcome.complete = received == 0;
    const bool more =
        received > 0 && !again && m_offset < kMostEntities && m_outcome.pages < kMostPages;
    if (!handOver(std::move(owned), sentAt))
        return;
    if (!more)
        finish(m_outcome);
    else
        m_restTimer.start(m_order.rest);
}

void ListReader::pageFailed(const Error &error) {
    if (error.kind == ErrorKind::RateLimited && m_limitsInRow < kLimitsInRow) {
        m_order.rest = std::min(2 * m_order.rest, kLongestPageRest);
        const Nanoseconds rest = std::max(m_order.rest, kPageLimitedRest * (1 << m_limitsInRow++));
        m_restTimer.start(rest);
        if (m_order.limited)
            m_order.limited(rest);
        return;
    }
    // One entry may be ill by itself: where others can be read, and where it is too large.
    const bool refused =
        error.httpStatus >= 500 && m_outcome.pages > 0 && m_refusalsInRow < kRefusalsInRow;
    const bool large = error.kind == ErrorKind::TooLarge && m_refusalsInRow < kRefusalsInRow;
    if ((!large && !refused) || ++m_failures > kMostFailures)
        return finish(tl::unexpected(error));
    m_refusalsInRow += refused || m_limit == 1 ? 1 : 0;
    if (m_limit > 1) {
        m_limit /= kNarrower;
    } else {
        ++m_offset;
        ++m_outcome.skipped;
    }
    m_limit = std::max(m_limit, 1);
    m_restTimer.start(m_order.rest);
}

} // namespace heartline::registry
