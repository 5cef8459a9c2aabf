// SPDX-License-Identifier: GPL-3.0-or-later
#include "node/node.h"

#include "http/listener.h"
#include "identity/key_file.h"
#include "node/node_service.h"

#include <QFileInfo>
#include <condition_variable>
#include <mutex>

namespace heartline::node {

struct Node::Private {
    Private(const NodeOptions &options, const Clock &clock, const identity::PublicKey &key,
            std::unique_ptr<NodeStore> store, StoredState stored)
        : state(options, clock, key, std::move(store), std::move(stored)),
          cards(options.fetchPrivate), service(state, cards) {}

    NodeState state;
    CardFetcher cards;
    NodeService service;
    std::unique_ptr<http::Listener> listener; // last: ends first
};

/// From the store's thread to the listener's, once there is one and while it runs.
class Node::Outcomes {
public:
    void operator()(const WriteOutcome &outcome) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_node || m_ended; });
        if (!m_ended)
            m_node->listener->post([node = m_node, outcome] { node->state.take(outcome); });
    }
    void startFor(Private &node) {
        const std::lock_guard lock(m_mutex);
        m_node = &node;
        m_changed.notify_all();
    }
    void end() {
        const std::lock_guard lock(m_mutex);
        m_ended = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    Private *m_node = nullptr;
    bool m_ended = false;
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

Node::Node(std::unique_ptr<Private> implementation, std::shared_ptr<Outcomes> outcomes)
    : d(std::move(implementation)), m_outcomes(std::move(outcomes)) {}

Node::~Node() {
    m_outcomes->end(); // what is written from now on was not answered
    d->cards.stop();
    d->listener->stop();
}

Result<std::unique_ptr<Node>> Node::start(const NodeOptions &options, const Clock &clock) {
    StoredState stored;
    std::unique_ptr<NodeStore> store;
    const auto outcomes = std::make_shared<Outcomes>();
    if (!options.dataDir.empty()) {
        auto opened =
            NodeStore::open(options.dataDir, stored,
                            [outcomes](const WriteOutcome &outcome) { (*outcomes)(outcome); });
        if (!opened)
            return tl::unexpected(opened.error());
        store = std::move(*opened);
    }
    const auto key = ownKey(options.dataDir);
    if (!key)
        return tl::unexpected(key.error());
    auto implementation =
        std::make_unique<Private>(options, clock, *key, std::move(store), std::move(stored));
    http::ListenerOptions listening;
    listening.address = options.address;
    listening.port = options.port;
    listening.tlsCertificate = options.tlsCertificate;
    listening.tlsKey = options.tlsKey;
    auto listener = http::Listener::start(listening, implementation->service);
    if (!listener)
        return tl::unexpected(listener.error());
    implementation->listener = std::move(*listener);
    const auto later = [l = implementation->listener.get()](std::function<void()> function) {
        l->post(std::move(function));
    };
    implementation->listener->post([later, p = implementation.get()] {
        p->state.work().runIn(later);
        p->cards.answerIn(later);
    });
    implementation->listener->every(options.sweepInterval,
                                    [state = &implementation->state] { state->sweep(); });
    outcomes->startFor(*implementation);
    return std::unique_ptr<Node>(new Node(std::move(implementation), outcomes));
}

std::uint16_t Node::port() const {
    return d->listener->port();
}

std::string Node::url() const {
    const std::string &address = d->state.options().address;
    const bool v6 = address.find(':') != std::string::npos;
    const std::string scheme = d->state.options().tlsCertificate.empty() ? "http://" : "https://";
    return scheme + (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port());
}

Result<void> Node::reloadTls() {
    return d->listener->reloadTls();
}

std::string Node::registryId() const {
    return d->state.registryId();
}

} // namespace heartline::node
