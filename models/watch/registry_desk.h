// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "liveness/effects.h"
#include "registry/registry_client.h"

namespace heartline::watch {

/// One registry as the loop knows it: what the core asks of it, and what its answers tell the core.
/// Whose a record is, and what else is kept of it, is not decided here. Thread: its environment's.
class RegistryDesk {
public:
    struct Hooks {
        /// Events for the core; may bring effects at once.
        std::function<void(const liveness::Event &event)> feed;
        /// As RegistryClient's.
        std::function<bool(std::string_view entityId)> wanted;
        /// A record of the registry's came, by an answer that counts: to be fed by whom it reaches.
        std::function<void(const protocol::EntityRecord &record, MonoTime sentAt,
                           liveness::event::ReadBy by)>
            took;
        /// A single read brought no record; told after the core was.
        std::function<void(const std::string &entityId, const Error &error)> failed;
        /// The link or its detail did; told before the core is.
        std::function<void()> linkChanged;
        /// What listError() says did.
        std::function<void()> listed;
    };

    /// `developerId`: whose list is read. `clock` must outlive the desk.
    RegistryDesk(liveness::RegistryIndex index, std::string url, std::string developerId,
                 const Environment &environment, liveness::RegistryClock &clock, Hooks hooks);

    void perform(const liveness::effect::ReadRecord &read);
    void perform(const liveness::effect::ReadList &read);
    void perform(const liveness::effect::ExplainOutage &explain);
    void perform(const liveness::effect::DialAnew &dial);

    [[nodiscard]] registry::RegistryClient &client() { return m_client; }
    [[nodiscard]] const registry::RegistryClient &client() const { return m_client; }
    /// A list of it came, or failed.
    [[nodiscard]] bool isListed() const { return m_listed; }
    /// Why its list cannot be read, or not all of it; empty when all is well.
    [[nodiscard]] const std::string &listError() const { return m_listError; }
    /// Why the last read that failed did; of use only while the core does not see the registry.
    [[nodiscard]] const std::string &readError() const { return m_readError; }

private:
    using Read = Result<registry::RegistryClient::Record>;
    [[nodiscard]] registry::RegistryClient::Hooks clientHooks();
    void heard(const protocol::ActivityEvent &event);
    void tookRead(const std::string &entityId, const Read &read);
    void readFailed(const std::string &entityId, const Error &error);
    void tookList(const Result<registry::ListReader::Outcome> &outcome, MonoTime askedAt);

    const liveness::RegistryIndex m_index;
    const std::string m_developerId;
    const Clock &m_clock;
    const Hooks m_hooks;
    registry::RegistryClient m_client;
    /// Requests that the core ordered, and counted, and that have not gone out.
    int m_ordered = 0;
    bool m_listed = false;
    std::string m_listError;
    std::string m_readError;
};

} // namespace heartline::watch
