// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/rest_client.h"
#include "protocol/entity_list.h"

#include <unordered_set>

namespace heartline::registry {

/// Reads all records of a developer at one registry: the developer's list, and where that is full
/// (it stops at 100) every page of the registry's own list. One at a time. Thread: its client's.
class ListReader {
public:
    struct Outcome {
        std::vector<protocol::EntityRecord> records;
        /// All of the developer's agents are in it.
        bool complete = false;
        MonoTime sentAt;
    };
    using Callback = std::function<void(Result<Outcome>)>;
    /// Told of every answer, for clocks and contact.
    using AnswerHook = std::function<void(const http::RestReply &)>;

    /// `rest` must outlive the reader.
    ListReader(http::RestClient &rest, std::string registry, AnswerHook hook);

    /// `paging` allows the pages; without it a full list comes back as not complete.
    void read(const std::string &developerId, bool paging, MonoTime now, Callback callback);

    static constexpr int kPage = 200;
    /// No registry is paged through further than this.
    static constexpr int kMostEntities = 200'000;

private:
    void readPage(int offset);
    void get(const std::string &path, std::function<void(Result<protocol::EntityList>)> use);
    void finish(Result<Outcome> outcome);

    http::RestClient &m_rest;
    const std::string m_registry;
    const AnswerHook m_hook;
    std::string m_developerId;
    Outcome m_outcome;
    std::unordered_set<std::string> m_seen;
    Callback m_callback;
    quint64 m_request = 0;
};

} // namespace heartline::registry
