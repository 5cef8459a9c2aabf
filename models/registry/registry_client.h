// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/backoff.h"
#include "liveness/events.h"
#include "liveness/registry_clock.h"
#include "protocol/registry_info.h"
#include "registry/activity_stream.h"
#include "registry/cache_marks.h"
#include "registry/identity_check.h"
#include "registry/list_reader.h"

namespace heartline::registry {

/// Our link to one registry: says whether we see it, hears its stream, reads its records. Knows
/// nothing of what a record means. Thread: its environment's.
class RegistryClient {
public:
    struct Hooks {
        /// Says whether events about this id are wanted; asked before anything is parsed.
        std::function<bool(std::string_view entityId)> wanted;
        std::function<void(const protocol::ActivityEvent &event)> event;
        /// As ActivityStream's.
        std::function<void(UtcTime stamp)> othersHeard;
        /// link() or detail() did.
        std::function<void()> linkChanged;
        /// A request goes out, whoever wanted it; pages of a list after the first are told of by
        /// their order.
        std::function<void()> asks;
    };

    /// `url` is normalised. `registryClock` is fed with what answers and events show of the
    /// registry's time, and must outlive the client.
    RegistryClient(std::string url, const Environment &environment,
                   liveness::RegistryClock &registryClock, Hooks hooks);
    RegistryClient(const RegistryClient &) = delete;
    RegistryClient &operator=(const RegistryClient &) = delete;

    void start();
    /// Drops and reopens everything now, whatever the backoff says.
    void reconnectNow();
    /// The same after this machine stood still: until it is connected again there is no sight.
    void dialAnew();

    [[nodiscard]] const std::string &url() const { return m_url; }
    /// Of the registry that is expected here; empty before it was read once.
    [[nodiscard]] const protocol::RegistryInfo &info() const { return m_info; }
    /// Which registry an earlier run knew at this address. Without it the first that answers is the
    /// one. Another one is not listened to until it is accepted: it may be a stranger's, or new and
    /// empty. Before start().
    void expectRegistry(std::string registryId) { m_expectedId = std::move(registryId); }
    [[nodiscard]] const std::string &expectedRegistry() const { return m_expectedId; }
    /// The one that answers now is the right one.
    void acceptRegistry();
    [[nodiscard]] liveness::LinkState link() const { return m_link; }
    /// Why the link is as it is, for people; may be empty.
    [[nodiscard]] const std::string &detail() const { return m_detail; }
    [[nodiscard]] MonoTime lastContact() const;
    /// When the next try is due while there is no sight.
    [[nodiscard]] std::optional<MonoTime> nextTryAt() const { return m_nextTryAt; }
    /// Of the last answer; nothing before the first.
    [[nodiscard]] std::optional<Nanoseconds> roundTrip() const { return m_roundTrip; }

    struct Record {
        /// Nothing: the registry says 404.
        std::optional<protocol::EntityRecord> record;
        MonoTime sentAt;
    };
    void readRecord(const std::string &entityId, bool urgent,
                    std::function<void(Result<Record>)> callback);
    /// See ListReader.
    void readList(ListReader::Order order, ListReader::Take take, ListReader::Done done);
    /// Whether others find the agent: a search for its own name under its developer.
    void searchFor(const std::string &entityId, const std::string &name,
                   const std::string &developerId, std::function<void(Result<bool>)> callback);
    /// `GET /v1/network/peers`.
    void readPeers(std::function<void(Result<std::vector<protocol::Peer>>)> callback);

    /// What tells whose fault a blind time was: how long the registry's process runs, and when some
    /// of its agents last beat.
    struct OutageWitness {
        std::optional<Nanoseconds> uptime;
        std::vector<liveness::event::OutageExplained::Witness> beats;
        MonoTime sentAt;
    };
    void readOutageWitness(std::function<void(Result<OutageWitness>)> callback);

private:
    void probe();
    void probed(Result<HttpReply> reply);
    [[nodiscard]] bool isExpected(const protocol::RegistryInfo &info) const;
    /// What came is another registry's, and not used.
    [[nodiscard]] bool isAnothers() const { return m_link == liveness::LinkState::OtherRegistry; }
    void foundAnother(const protocol::RegistryInfo &info);
    /// Gives it on once it is known whose word it is.
    void deliver(Result<Record> record, std::function<void(Result<Record>)> callback);
    /// `rest`: not tried again before that.
    void blind(liveness::LinkState state, std::string detail, Nanoseconds rest = {});
    void probeLimited(const HttpReply &reply);
    void sighted(liveness::LinkState state, std::string detail);
    void setLink(liveness::LinkState state, std::string detail);
    void openStream();
    void streamLost(const std::string &reason);
    void watch();
    /// Takes note of an answer that came. False when a cache gave it: it is no good one.
    /// Of one that says how old it is, sentAt is set back by that: of then it speaks.
    [[nodiscard]] bool heard(const std::string &url, HttpReply &reply);
    /// A request whose answer is none where it failed or a cache gave it.
    void ask(const HttpRequest &request, Transport::Callback callback);
    void askInfo(Transport::Callback callback);
    /// It answered by 429 a short time ago: what is not needed is not asked for.
    [[nodiscard]] bool isLimited() const;
    [[nodiscard]] bool hasAnsweredWithin(Nanoseconds time) const;

    const std::string m_url;
    const Environment m_environment;
    const Hooks m_hooks;
    liveness::RegistryClock &m_registryClock;
    ActivityStream m_stream;
    CacheMarks m_cacheMarks;
    ListReader m_lists;
    IdentityCheck m_identity;
    std::minstd_rand m_random;
    Backoff m_streamBackoff;
    Timer m_watchTimer;
    Timer m_retryTimer;
    Timer m_streamTimer;
    protocol::RegistryInfo m_info;
    std::string m_expectedId;
    /// Of another one that answers in its place; empty when none does.
    std::string m_otherId;

    liveness::LinkState m_link = liveness::LinkState::Connecting;
    std::string m_detail;
    std::optional<MonoTime> m_lastAnswer;
    std::optional<MonoTime> m_limitedAt;
    std::optional<MonoTime> m_streamOpenedAt;
    std::optional<MonoTime> m_nextTryAt;
    /// Since when it cannot be reached.
    std::optional<MonoTime> m_failingSince;
    std::optional<Nanoseconds> m_roundTrip;
    /// So long a request was waited for in vain, since the last answer: the next is given longer.
    Nanoseconds m_givenUpAfter{};
    bool m_probing = false;
};

} // namespace heartline::registry
