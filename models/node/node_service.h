// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/service.h"
#include "node/address_budget.h"
#include "node/card_fetcher.h"
#include "node/node_state.h"

namespace heartline::node {

/// Puts a NodeState behind a listener: REST, heartbeats in both dialects, the activity stream.
class NodeService final : public http::Service {
public:
    /// Both must outlive it.
    NodeService(NodeState &state, CardFetcher &cards);
    [[nodiscard]] http::Response handle(const http::Request &request) override;
    /// What a request changed is on the disk before it is answered; what takes long is done in
    /// pieces, or elsewhere.
    void serve(const http::Request &request, const Responder &respond) override;
    [[nodiscard]] Upgrade upgrade(const http::Request &request) override;
    [[nodiscard]] http::Response refusal(int status, std::string_view reason) override;

private:
    void search(const http::Request &request, const Responder &respond);
    void fetchCard(const http::Request &request, const Responder &respond);
    /// Whether it is more than its asker may.
    [[nodiscard]] bool isOverBudget(const http::Request &request);

    NodeState &m_state;
    CardFetcher &m_cards;
    AddressBudget m_searches;
    AddressBudget m_registrations;
};

} // namespace heartline::node
