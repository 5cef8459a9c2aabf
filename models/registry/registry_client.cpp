// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/registry_client.h"

#include "base/logging.h"
#include "identity/entity_id.h"
#include "liveness/core.h"
#include "liveness/retry_pace.h"
#include "protocol/display_text.h"
#include "protocol/registry_url.h"
#include "protocol/search.h"
#include "registry/failure.h"

#include <algorithm>

namespace heartline::registry {

using liveness::LinkState;

namespace {

/// Real time: these are about our link, whatever the pace of the agents.
constexpr Nanoseconds kWatchInterval = std::chrono::seconds(1);
constexpr Nanoseconds kProbeInterval = std::chrono::seconds(10);
constexpr Nanoseconds kProbeTimeout = std::chrono::seconds(10);
/// Pongs come every 10 s: later than this, something is wrong.
constexpr Nanoseconds kSuspicion = std::chrono::seconds(13);
/// What may accuse somebody is asked for anew after that; longer where answers take long.
constexpr Nanoseconds kUrgentTimeout = std::chrono::seconds(5);
constexpr Nanoseconds kLongestUrgentTimeout = std::chrono::seconds(15);
/// After a 429 to the first request of all.
constexpr Nanoseconds kLimitedRest = std::chrono::seconds(10);
/// For so long after a 429 less is asked: whether it is there at the last moment that tells in
/// time, and who answers seldom.
constexpr Nanoseconds kLimitedFor = std::chrono::minutes(5);
constexpr Nanoseconds kLimitedProbeInterval = std::chrono::seconds(18);
constexpr Nanoseconds kLimitedIdentityHolds = std::chrono::minutes(2);
/// A stream that lasted so long was a good one.
constexpr Nanoseconds kStreamProved = std::chrono::seconds(30);
/// So many records are looked at for beats that others heard.
constexpr int kWitnesses = 100;
constexpr int kSearchResults = 100;
/// Who says that it has no such agent was asked for within this time.
constexpr Nanoseconds kNotFoundHolds = std::chrono::seconds(1);

tl::unexpected<Error> anothersWord() {
    return fail(ErrorKind::Cancelled, "another registry answers");
}

} // namespace

RegistryClient::RegistryClient(std::string url, const Environment &environment,
                               liveness::RegistryClock &registryClock, Hooks hooks)
    : m_url(std::move(url)), m_environment(environment), m_hooks(std::move(hooks)),
      m_registryClock(registryClock),
      m_stream(environment, {.wanted = m_hooks.wanted,
                             .event =
                                 [this](const protocol::ActivityEvent &event) {
                                     m_registryClock.observeEvent(event.timestamp,
                                                                  m_environment.clock.mono());
                                     m_hooks.event(event);
                                 },
                             .opened =
                                 [this] {
                                     m_streamOpenedAt = m_environment.clock.mono();
                                     sighted(LinkState::Connected, {});
                                 },
                             .othersHeard = m_hooks.othersHeard,
                             .lost = [this](const std::string &reason) { streamLost(reason); }}),
      m_lists(
          environment, m_url,
          [this](const std::string &address, HttpReply &reply) { return heard(address, reply); }),
      m_identity(
          environment, m_url,
          [this](const protocol::RegistryInfo &info) {
              if (!isExpected(info))
                  foundAnother(info);
          },
          [this] { m_hooks.asks(); }),
      m_random(static_cast<std::minstd_rand::result_type>(environment.seed)),
      m_streamBackoff(environment.seed + 1),
      m_watchTimer(environment.scheduler, [this] { watch(); }),
      m_retryTimer(environment.scheduler, [this] { probe(); }),
      m_streamTimer(environment.scheduler, [this] { openStream(); }) {
    m_registryClock.assumeOwnClock(m_environment.clock.utc(), m_environment.clock.mono());
}

void RegistryClient::start() {
    m_watchTimer.repeat(kWatchInterval);
    probe();
}

void RegistryClient::reconnectNow() {
    m_lists.stop();
    m_environment.transport.reset();
    m_stream.drop();
    m_probing = false;
    m_retryTimer.stop();
    m_streamTimer.stop();
    m_failingSince.reset();
    m_streamBackoff.reset();
    m_nextTryAt.reset();
    probe();
}

void RegistryClient::dialAnew() {
    setLink(LinkState::Connecting, "after standing still");
    reconnectNow();
}

MonoTime RegistryClient::lastContact() const {
    return m_lastAnswer ? std::max(*m_lastAnswer, m_stream.lastContact()) : m_stream.lastContact();
}

void RegistryClient::probe() {
    if (m_probing)
        return;
    m_probing = true;
    m_nextTryAt.reset();
    askInfo([this](Result<HttpReply> reply) { probed(std::move(reply)); });
}

void RegistryClient::askInfo(Transport::Callback callback) {
    m_hooks.asks();
    m_environment.transport.send(
        {.url = m_url + "/v1/info", .timeout = kProbeTimeout, .maxBytes = 64 * 1024},
        std::move(callback));
}

void RegistryClient::probed(Result<HttpReply> reply) {
    if (!reply && reply.error().kind == ErrorKind::Cancelled)
        return; // by ourselves, who then go on another way
    m_probing = false;
    if (!reply)
        return blind(linkStateOf(reply.error()), reply.error().message);
    if (reply->status == 429)
        return probeLimited(*reply);
    if (reply->status >= 500)
        return blind(LinkState::Refusing, statusText(*reply));
    const auto info = protocol::parseRegistryInfo(reply->body);
    if (reply->status != 200 || !info)
        return blind(LinkState::NotARegistry,
                     !reply->header("location").empty() ? refusal(*reply).message
                     : reply->status != 200             ? statusText(*reply) + " for /v1/info"
                                                        : info.error().message);
    if (!isExpected(*info))
        return foundAnother(*info);
    // One that a cache gave tells who is there, and nothing of now.
    (void)heard(m_url + "/v1/info", *reply);
    m_otherId.clear();
    m_identity.known();
    m_expectedId = info->registryId;
    m_info = *info;
    m_failingSince.reset();
    if (m_stream.isOpen() || m_stream.isOpening() || m_streamTimer.isActive())
        return; // or it is tried again when its time has come
    openStream();
}

void RegistryClient::probeLimited(const HttpReply &reply) {
    if (!liveness::isSighted(m_link))
        return blind(LinkState::Refusing, statusText(reply), kLimitedRest);
    // It is there, and wants to be left alone: what is read tells more.
    m_lastAnswer = m_limitedAt = reply.receivedAt;
    if (m_link == LinkState::Connected && !m_stream.isOpen())
        sighted(LinkState::PollingOnly, statusText(reply));
}

bool RegistryClient::isExpected(const protocol::RegistryInfo &info) const {
    return m_expectedId.empty() || identity::isSameId(info.registryId, m_expectedId);
}

void RegistryClient::foundAnother(const protocol::RegistryInfo &info) {
    m_otherId = info.registryId;
    blind(LinkState::OtherRegistry, "it was " + protocol::displayText(m_expectedId, 80) +
                                        " and is now " + protocol::displayText(m_otherId, 80));
}

void RegistryClient::acceptRegistry() {
    if (m_otherId.empty())
        return;
    m_expectedId = std::exchange(m_otherId, {});
    reconnectNow();
}

bool RegistryClient::heard(const std::string &url, HttpReply &reply) {
    const AnswerMarks marks = AnswerMarks::of(reply);
    m_lastAnswer = reply.receivedAt;
    if (reply.status == 429)
        m_limitedAt = reply.receivedAt;
    m_roundTrip = reply.receivedAt - reply.sentAt;
    m_givenUpAfter = {};
    reply.sentAt = marks.spokenAt;
    const bool good = !m_cacheMarks.isKept(url, marks);
    if (good && marks.date)
        m_registryClock.observeDate(*marks.date, reply.sentAt, reply.receivedAt);
    return good;
}

void RegistryClient::ask(const HttpRequest &request, Transport::Callback callback) {
    m_hooks.asks();
    m_environment.transport.send(request,
                                 [this, url = request.url, timeout = request.timeout,
                                  callback = std::move(callback)](Result<HttpReply> reply) {
                                     if (reply && !heard(url, *reply))
                                         reply = tl::unexpected(keptByCache());
                                     else if (!reply && reply.error().kind == ErrorKind::Timeout)
                                         m_givenUpAfter = timeout;
                                     callback(std::move(reply));
                                 });
}

void RegistryClient::openStream() {
    m_stream.open(protocol::webSocketUrl(m_url, "/v1/ws/activity"));
}

void RegistryClient::streamLost(const std::string &reason) {
    qCInfo(lcRegistry, "%s: stream lost: %s", m_url.c_str(), reason.c_str());
    // One that greets and soon ends, again and again, is dialled ever less often.
    if (m_streamOpenedAt && m_environment.clock.mono() - *m_streamOpenedAt > kStreamProved)
        m_streamBackoff.reset();
    m_streamOpenedAt.reset();
    m_streamTimer.start(m_streamBackoff.next());
    if (m_link == LinkState::Connected ||
        (m_link == LinkState::PollingOnly && !hasAnsweredWithin(kProbeInterval))) {
        // Whether we still see anything, only an answer tells.
        const bool wasStream = m_link == LinkState::Connected;
        m_probing = true;
        askInfo([this, wasStream, reason](Result<HttpReply> reply) {
            const auto info = reply && reply->status == 200
                                  ? protocol::parseRegistryInfo(reply->body)
                                  : fail(ErrorKind::Protocol, {});
            if (info && isExpected(*info) && wasStream && m_link == LinkState::Connected &&
                !m_stream.isOpen())
                sighted(LinkState::PollingOnly, reason);
            probed(std::move(reply));
        });
    } else if (hasAnsweredWithin(kProbeInterval)) {
        sighted(LinkState::PollingOnly, reason); // answers come, streams do not
    } else {
        probe();
    }
}

void RegistryClient::watch() {
    const MonoTime now = m_environment.clock.mono();
    if (liveness::isSighted(m_link))
        m_identity.wantNowAndThen();
    if (m_link == LinkState::Connected) {
        if (now - lastContact() > liveness::Core::kSilenceBudget)
            return blind(LinkState::Silent, "nothing heard for 25 s");
        // A stream that may be dead: an answer tells whether it is the registry or the socket.
        const Nanoseconds quiet = now - m_stream.lastContact();
        if (m_stream.isOpen() && quiet > kSuspicion && !m_probing &&
            (!m_lastAnswer || now - *m_lastAnswer > kSuspicion))
            probe();
        // Answers come, yet the stream is dead: half open.
        if (m_stream.isOpen() && quiet > liveness::Core::kSilenceBudget) {
            m_stream.drop();
            streamLost("the stream is silent");
        }
    } else if (m_link == LinkState::PollingOnly) {
        if (!m_probing && !hasAnsweredWithin(isLimited() ? kLimitedProbeInterval : kProbeInterval))
            probe();
    }
}

bool RegistryClient::isLimited() const {
    return m_limitedAt && m_environment.clock.mono() - *m_limitedAt < kLimitedFor;
}

bool RegistryClient::hasAnsweredWithin(Nanoseconds time) const {
    return m_lastAnswer && m_environment.clock.mono() - *m_lastAnswer <= time;
}

void RegistryClient::blind(LinkState state, std::string detail, Nanoseconds rest) {
    // What the requests that end here brought is judged by the new state.
    const bool changed = m_link != state || m_detail != detail;
    m_link = state;
    m_detail = std::move(detail);
    m_stream.drop();
    m_streamTimer.stop();
    m_lists.stop();
    m_environment.transport.reset();
    m_probing = false;
    const MonoTime now = m_environment.clock.mono();
    m_failingSince = m_failingSince.value_or(now);
    const Nanoseconds wait = std::max(liveness::retryPace(now - *m_failingSince, m_random), rest);
    m_nextTryAt = now + wait;
    m_retryTimer.start(wait);
    if (changed)
        m_hooks.linkChanged();
}

void RegistryClient::sighted(LinkState state, std::string detail) {
    m_retryTimer.stop();
    m_nextTryAt.reset();
    setLink(state, std::move(detail));
}

void RegistryClient::setLink(LinkState state, std::string detail) {
    if (m_link == state && m_detail == detail)
        return;
    m_link = state;
    m_detail = std::move(detail);
    m_hooks.linkChanged();
}

void RegistryClient::deliver(Result<Record> record, std::function<void(Result<Record>)> callback) {
    m_identity.afterwards([this, record = std::move(record), callback = std::move(callback)] {
        callback(isAnothers() ? Result<Record>(anothersWord()) : record);
    });
}

void RegistryClient::readRecord(const std::string &entityId, bool urgent,
                                std::function<void(Result<Record>)> callback) {
    if (urgent) // it may accuse somebody
        m_identity.wantAfter(isLimited() ? kLimitedIdentityHolds : IdentityCheck::kHolds);
    const Nanoseconds patience = std::clamp(2 * std::max(m_roundTrip.value_or(0ns), m_givenUpAfter),
                                            kUrgentTimeout, kLongestUrgentTimeout);
    const Nanoseconds timeout = urgent ? patience : std::max(patience, kProbeTimeout);
    ask({.url = m_url + "/v1/entities/" + protocol::pathSegment(entityId),
         .timeout = timeout,
         .maxBytes = 256 * 1024},
        [this, callback = std::move(callback)](const Result<HttpReply> &reply) {
            if (!reply)
                return callback(tl::unexpected(reply.error()));
            if (saysNotFound(*reply)) { // or another registry does
                m_identity.wantAfter(kNotFoundHolds);
                return deliver(Record{std::nullopt, reply->sentAt}, callback);
            }
            if (reply->status != 200)
                return callback(tl::unexpected(refusal(*reply)));
            auto record = protocol::parseEntityRecord(std::string_view(reply->body));
            if (!record)
                return callback(tl::unexpected(record.error()));
            deliver(Record{std::move(*record), reply->sentAt}, callback);
        });
}

void RegistryClient::readList(ListReader::Order order, ListReader::Take take,
                              ListReader::Done done) {
    m_identity.wantAfter(isLimited() ? kLimitedIdentityHolds : IdentityCheck::kHolds);
    m_hooks.asks();
    m_lists.read(
        std::move(order), m_environment.clock.mono(),
        [this, take = std::move(take)](std::vector<protocol::EntityRecord> records,
                                       MonoTime sentAt) {
            m_identity.afterwards([this, take, records = std::move(records), sentAt] {
                if (!isAnothers())
                    take(records, sentAt);
            });
        },
        [this, done = std::move(done)](Result<ListReader::Outcome> outcome) {
            m_identity.afterwards([this, done, outcome = std::move(outcome)] {
                done(isAnothers() ? Result<ListReader::Outcome>(anothersWord()) : outcome);
            });
        });
}

void RegistryClient::searchFor(const std::string &entityId, const std::string &name,
                               const std::string &developerId,
                               std::function<void(Result<bool>)> callback) {
    ask({.method = "POST",
         .url = m_url + "/v1/search",
         .body = protocol::makeSearch(name, developerId, kSearchResults),
         .timeout = kProbeTimeout,
         .maxBytes = 1024 * 1024},
        [entityId, callback = std::move(callback)](const Result<HttpReply> &reply) {
            if (!reply)
                return callback(tl::unexpected(reply.error()));
            if (reply->status != 200)
                return callback(tl::unexpected(refusal(*reply)));
            const auto found = protocol::parseSearchResults(reply->body);
            if (!found)
                return callback(tl::unexpected(found.error()));
            const bool there = std::any_of(found->begin(), found->end(),
                                           [&](const auto &r) { return r.entityId == entityId; });
            if (!there && found->size() >= kSearchResults)
                return callback(
                    fail(ErrorKind::Unsupported, "too many agents of this name to tell"));
            callback(there);
        });
}

void RegistryClient::readPeers(std::function<void(Result<std::vector<protocol::Peer>>)> callback) {
    ask({.url = m_url + "/v1/network/peers", .timeout = kProbeTimeout},
        [callback = std::move(callback)](const Result<HttpReply> &reply) {
            if (!reply)
                return callback(tl::unexpected(reply.error()));
            if (reply->status != 200)
                return callback(tl::unexpected(refusal(*reply)));
            callback(protocol::parsePeers(reply->body));
        });
}

void RegistryClient::readOutageWitness(std::function<void(Result<OutageWitness>)> callback) {
    const auto get = [this](const std::string &path, Transport::Callback use) {
        ask({.url = m_url + path, .timeout = kProbeTimeout}, std::move(use));
    };
    get("/v1/network/status",
        [get, callback = std::move(callback)](const Result<HttpReply> &status) {
            if (!status)
                return callback(tl::unexpected(status.error()));
            if (status->status >= 500 || status->status == 429)
                return callback(tl::unexpected(refusal(*status)));
            OutageWitness witness;
            witness.sentAt = status->sentAt;
            if (const auto parsed = protocol::parseNetworkStatus(status->body);
                status->status == 200 && parsed)
                witness.uptime = protocol::parseGoDuration(parsed->uptime);
            get("/v1/entities?limit=" + std::to_string(kWitnesses),
                [witness = std::move(witness), callback](const Result<HttpReply> &page) mutable {
                    if (!page)
                        return callback(tl::unexpected(page.error()));
                    if (page->status != 200)
                        return callback(tl::unexpected(refusal(*page)));
                    const auto list = protocol::parseEntityList(page->body);
                    if (!list)
                        return callback(tl::unexpected(list.error()));
                    for (const protocol::EntityRecord &record : list->records)
                        if (record.lastHeartbeat)
                            witness.beats.push_back({record.entityId, *record.lastHeartbeat});
                    callback(std::move(witness));
                });
        });
}

} // namespace heartline::registry
