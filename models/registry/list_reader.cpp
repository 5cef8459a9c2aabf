// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/list_reader.h"

#include "protocol/registry_info.h"

namespace heartline::registry {

ListReader::ListReader(http::RestClient &rest, std::string registry, AnswerHook hook)
    : m_rest(rest), m_registry(std::move(registry)), m_hook(std::move(hook)) {}

void ListReader::finish(Result<Outcome> outcome) {
    const Callback callback = std::exchange(m_callback, nullptr);
    if (callback)
        callback(std::move(outcome));
}

void ListReader::get(const std::string &path,
                     std::function<void(Result<protocol::EntityList>)> use) {
    m_request = m_rest.send(
        {.url = m_registry + path, .timeout = 15s},
        [this, use = std::move(use)](const Result<http::RestReply> &reply) {
            if (!reply)
                return use(tl::unexpected(reply.error()));
            m_hook(*reply);
            if (reply->status == 404)
                return use(protocol::EntityList{}); // an unknown developer has no agents here
            if (reply->status != 200)
                return use(fail(reply->status == 429 ? ErrorKind::RateLimited : ErrorKind::Refused,
                                "HTTP " + std::to_string(reply->status) + ": " +
                                    protocol::errorText(reply->body),
                                reply->status));
            use(protocol::parseEntityList(reply->body));
        });
}

void ListReader::read(const std::string &developerId, bool paging, MonoTime now,
                      Callback callback) {
    m_rest.cancel(m_request);
    m_callback = std::move(callback);
    m_developerId = developerId;
    m_outcome = {};
    m_outcome.sentAt = now;
    get("/v1/developers/" + http::pathSegment(developerId) + "/entities",
        [this, paging](Result<protocol::EntityList> list) {
            if (!list)
                return finish(tl::unexpected(list.error()));
            const bool full = list->count >= protocol::kDeveloperListCap;
            m_outcome.records = std::move(list->records);
            m_seen.clear();
            for (const protocol::EntityRecord &record : m_outcome.records)
                m_seen.insert(record.entityId);
            m_outcome.complete = !full;
            if (full && paging)
                readPage(0);
            else
                finish(std::move(m_outcome));
        });
}

void ListReader::readPage(int offset) {
    get("/v1/entities?limit=" + std::to_string(kPage) + "&offset=" + std::to_string(offset),
        [this, offset](Result<protocol::EntityList> page) {
            if (!page)
                return finish(tl::unexpected(page.error()));
            const auto received = page->records.size() + static_cast<std::size_t>(page->skipped);
            for (protocol::EntityRecord &record : page->records) {
                if (record.developerId != m_developerId)
                    continue;
                if (m_seen.insert(record.entityId).second)
                    m_outcome.records.push_back(std::move(record));
            }
            const int next = offset + kPage;
            if (received >= kPage && next < kMostEntities)
                return readPage(next);
            m_outcome.complete = received < kPage;
            finish(std::move(m_outcome));
        });
}

} // namespace heartline::registry
