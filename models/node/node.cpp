// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node.h"

#include "http/listener.h"
#include "identity/key_file.h"
#include "node/node_service.h"

#include <QFileInfo>

namespace heartline::node {

struct Node::Private {
    Private(const NodeOptions &options, const Clock &clock, const identity::PublicKey &key,
            std::unique_ptr<NodeStore> store, StoredState stored)
        : state(options, clock, key, std::move(store), std::move(stored)), service(state) {}

    NodeState state;
    NodeService service;
    std::unique_ptr<http::Listener> listener; // last: ends first
};

namespace {

/// The node's own identity: kept beside its data, made on the first start.
Result<identity::PublicKey> ownKey(const std::string &dataDir) {
    if (dataDir.empty())
        return identity::SecretKey::generate().publicKey();
    const std::string path = dataDir + "/identity.json";
    if (QFileInfo::exists(QString::fromStdString(path)))
        return identity::readKeyFile(path).map(
            [](const identity::KeyFile &f) { return f.key.publicKey(); });
    const identity::SecretKey key = identity::SecretKey::generate();
    return identity::writeKeyFile(path, key).map([&key] { return key.publicKey(); });
}

} // namespace

Node::Node(std::unique_ptr<Private> implementation) : d(std::move(implementation)) {}

Node::~Node() {
    d->listener->stop();
}

Result<std::unique_ptr<Node>> Node::start(const NodeOptions &options, const Clock &clock) {
    const auto key = ownKey(options.dataDir);
    if (!key)
        return tl::unexpected(key.error());
    StoredState stored;
    std::unique_ptr<NodeStore> store;
    if (!options.dataDir.empty()) {
        auto opened = NodeStore::open(options.dataDir, stored);
        if (!opened)
            return tl::unexpected(opened.error());
        store = std::move(*opened);
    }
    auto implementation =
        std::make_unique<Private>(options, clock, *key, std::move(store), std::move(stored));
    http::ListenerOptions listening;
    listening.address = options.address;
    listening.port = options.port;
    auto listener = http::Listener::start(listening, implementation->service);
    if (!listener)
        return tl::unexpected(listener.error());
    implementation->listener = std::move(*listener);
    implementation->listener->every(options.sweepInterval,
                                    [state = &implementation->state] { state->sweep(); });
    return std::unique_ptr<Node>(new Node(std::move(implementation)));
}

std::uint16_t Node::port() const {
    return d->listener->port();
}

std::string Node::url() const {
    const std::string &address = d->state.options().address;
    const bool v6 = address.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port());
}

std::string Node::registryId() const {
    return d->state.registryId();
}

} // namespace heartline::node
