// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "node/node_options.h"

#include <memory>

namespace heartline::node {

/// A registry node: the server end of heartbeats, compatible with the deployed registries' REST
/// and WebSocket interfaces. Runs in threads of its own until destroyed, which writes what waits
/// and closes every connection. Thread: made, used and destroyed in one thread.
class Node {
public:
    /// `clock` must outlive the node and be thread-safe.
    [[nodiscard]] static Result<std::unique_ptr<Node>> start(const NodeOptions &options,
                                                             const Clock &clock);
    ~Node();
    Node(const Node &) = delete;
    Node &operator=(const Node &) = delete;

    [[nodiscard]] std::uint16_t port() const;
    /// `http://address:port`, or `https://`.
    [[nodiscard]] std::string url() const;
    /// Reads the TLS files again, for connections from now on; on an error nothing changes.
    [[nodiscard]] Result<void> reloadTls();
    [[nodiscard]] std::string registryId() const;

private:
    struct Private;
    class Outcomes;
    Node(std::unique_ptr<Private> implementation, std::shared_ptr<Outcomes> outcomes);
    std::unique_ptr<Private> d;
    std::shared_ptr<Outcomes> m_outcomes;
};

} // namespace heartline::node
