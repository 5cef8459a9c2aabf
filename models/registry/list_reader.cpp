// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/list_reader.h"

#include "registry/failure.h"

namespace heartline::registry {

ListReader::ListReader(http::RestClient &rest, std::string registry, AnswerHook hook)
    : m_rest(rest), m_registry(std::move(registry)), m_hook(std::move(hook)) {
    m_restTimer.setSingleShot(true);
    m_restTimer.callOnTimeout([this] { readPage(); });
}

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
    m_rest.cancel(m_request);
    m_restTimer.stop();
    finish(fail(ErrorKind::Cancelled, "the list was given up"));
}

void ListReader::get(const std::string &path,
                     std::function<void(Result<protocol::EntityList>, MonoTime)> use) {
    m_request = m_rest.send({.url = m_registry + path, .timeout = 15s},
                            [this, url = m_registry + path,
                             use = std::move(use)](const Result<http::RestReply> &reply) {
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
    m_rest.cancel(m_request);
    m_restTimer.stop();
    m_take = std::move(take);
    m_done = std::move(done);
    m_order = std::move(order);
    m_outcome = {};
    m_outcome.sentAt = now;
    m_offset = 0;
    m_seen.clear();
    get("/v1/developers/" + http::pathSegment(m_order.developerId) + "/entities",
        [this](Result<protocol::EntityList> list, MonoTime sentAt) {
            if (!list)
                return finish(tl::unexpected(list.error()));
            const bool full = list->count >= protocol::kDeveloperListCap;
            for (const protocol::EntityRecord &record : list->records)
                m_seen.insert(record.entityId);
            m_outcome.complete = !full;
            m_outcome.skipped = list->skipped;
            if (!handOver(std::move(list->records), sentAt))
                return;
            if (full && m_order.paging)
                readPage();
            else
                finish(m_outcome);
        });
}

void ListReader::readPage() {
    get("/v1/entities?limit=" + std::to_string(kPage) + "&offset=" + std::to_string(m_offset),
        [this](Result<protocol::EntityList> page, MonoTime sentAt) {
            if (!page)
                return finish(tl::unexpected(page.error()));
            const auto received = page->records.size() + static_cast<std::size_t>(page->skipped);
            std::vector<protocol::EntityRecord> owned;
            for (protocol::EntityRecord &record : page->records)
                if (record.developerId == m_order.developerId &&
                    m_seen.insert(record.entityId).second)
                    owned.push_back(std::move(record));
            ++m_outcome.pages;
            m_outcome.skipped += page->skipped;
            m_offset += kPage;
            m_outcome.complete = received < kPage;
            const bool more = !m_outcome.complete && m_offset < kMostEntities;
            if (!handOver(std::move(owned), sentAt))
                return;
            if (!more)
                finish(m_outcome);
            else
                m_restTimer.start(m_order.rest);
        });
}

} // namespace heartline::registry
