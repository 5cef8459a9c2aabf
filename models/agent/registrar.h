// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/rest_client.h"
#include "identity/developer_proof.h"
#include "protocol/registration.h"

#include <QObject>

#include <functional>
#include <memory>

namespace heartline::agent {

/// Sees to it that an agent is registered: asks for its record, and registers it (and, when the
/// registry does not know the developer, the developer first). Thread: the one it was made in.
class Registrar : public QObject {
    Q_OBJECT
public:
    struct Options {
        /// Normalised registry URL.
        std::string registry;
        std::string entityId;
        protocol::EntityDescription description;
        std::uint32_t entityIndex = 0;
        std::string developerName;
    };
    enum class Outcome { AlreadyRegistered, Registered };
    using Callback = std::function<void(Result<Outcome>)>;

    /// Both keys must outlive the registrar; `developer` may be null, then nothing can be
    /// registered and a missing record is an error that says so.
    Registrar(Options options, const identity::SecretKey &agent,
              const identity::SecretKey *developer, const Clock &clock, QObject *parent = nullptr);

    /// One at a time: a new call drops the one before.
    void ensureRegistered(Callback callback);

private:
    void registerDeveloperIfNeeded();
    void registerAgent();
    void send(const std::string &method, const std::string &path, const std::string &body,
              std::function<void(const HttpReply &)> use);
    void finish(Result<Outcome> result);

    const Options m_options;
    const identity::SecretKey &m_agent;
    const identity::SecretKey *m_developer;
    http::RestClient m_rest;
    Callback m_callback;
};

} // namespace heartline::agent
