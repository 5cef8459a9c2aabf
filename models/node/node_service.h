// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/service.h"
#include "node/node_state.h"

namespace heartline::node {

/// Puts a NodeState behind a listener: REST, heartbeats in both dialects, the activity stream.
class NodeService final : public http::Service {
public:
    explicit NodeService(NodeState &state) : m_state(state) {}
    [[nodiscard]] http::Response handle(const http::Request &request) override;
    /// What a request changed is on the disk before it is answered.
    void serve(const http::Request &request, const Responder &respond) override;
    [[nodiscard]] Upgrade upgrade(const http::Request &request) override;
    [[nodiscard]] http::Response refusal(int status, std::string_view reason) override;

private:
    NodeState &m_state;
};

} // namespace heartline::node
