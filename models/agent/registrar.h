// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent/own_record.h"
#include "identity/developer_proof.h"
#include "protocol/registration.h"

namespace heartline::agent {

/// Sees to it that an agent is registered: asks for its record, and registers it (and, when the
/// registry does not know the developer, the developer first). Only a record that can be read
/// afterwards is a registration. Thread: the scheduler's.
class Registrar {
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
              const identity::SecretKey *developer, const Environment &environment);
    ~Registrar() { drop(); }
    Registrar(const Registrar &) = delete;
    Registrar &operator=(const Registrar &) = delete;

    /// One at a time: a new call drops the one before. Errors of kind Refused are the registry's
    /// word that it does not want it.
    void ensureRegistered(Callback callback);
    void drop();

private:
    void registerDeveloperIfNeeded();
    void registerAgent();
    void checkRegistered(const std::string &answer);
    void send(const std::string &method, const std::string &path, const std::string &body,
              std::function<void(const HttpReply &)> use);
    void finish(Result<Outcome> result);

    const Options m_options;
    const identity::SecretKey &m_agent;
    const identity::SecretKey *m_developer;
    const Environment m_environment;
    OwnRecord m_record;
    std::uint64_t m_pending = 0;
    Callback m_callback;
};

} // namespace heartline::agent
