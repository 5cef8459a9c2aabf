// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/node_driver.h"

#include <QProcess>
#include <QTemporaryDir>

namespace heartline::bench {

/// A registry node as a process, with its state in SQLite and `count` agents registered. Ends the
/// program where that fails.
struct LoadedNode {
    /// `sockets`: of them, so many will be open at once.
    LoadedNode(std::size_t count, std::size_t sockets);
    ~LoadedNode();
    LoadedNode(const LoadedNode &) = delete;
    LoadedNode &operator=(const LoadedNode &) = delete;

    [[nodiscard]] pid_t process() const { return static_cast<pid_t>(node.processId()); }

    QTemporaryDir dir;
    QProcess node;
    test::NodeDriver driver;
    std::vector<identity::SecretKey> keys;
    /// Of their heartbeat sockets.
    std::vector<std::string> paths;
    /// Resident memory before any socket is open.
    double emptyMb = 0;
};

} // namespace heartline::bench
