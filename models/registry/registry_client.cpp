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

#include <QRandomGenerator>
#include <algorithm>

namespace heartline::registry {

using liveness::LinkState;

namespace {

std::chrono::milliseconds toMs(Nanoseconds d) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(d);
}

/// Real time: these are about our link, whatever the pace of the agents.
constexpr auto kWatchInterval = std::chrono::seconds(1);
constexpr auto kProbeInterval = std::chrono::seconds(10);
constexpr auto kProbeTimeout = std::chrono::seconds(10);
/// Pongs come every 10 s: later than this, something is wrong.
constexpr auto kSuspicion = std::chrono::seconds(13);
constexpr auto kUrgentTimeout = std::chrono::seconds(5);
/// A stream that lasted so long was a good one.
constexpr auto kStreamProved = std::chrono::seconds(30);
/// So many records are looked at for beats that others heard.
constexpr int kWitnesses = 100;
constexpr int kSearchResults = 100;

tl::unexpected<Error> anothersWord() {
    return fail(ErrorKind::Cancelled, "another registry answers");
}

} // namespace

RegistryClient::RegistryClient(std::string url, const Clock &clock,
                               liveness::RegistryClock &registryClock, Filter filter, Sink sink,
                               http::Trust trust, QObject *parent)
    : QObject(parent), m_url(std::move(url)), m_clock(clock), m_registryClock(registryClock),
      m_rest(clock, trust),
      m_stream(
          clock, std::move(filter),
          [this, sink = std::move(sink)](const protocol::ActivityEvent &event) {
              m_registryClock.observeEvent(event.timestamp, m_clock.mono());
              sink(event);
          },
          std::move(trust)),
      m_lists(m_rest, m_url,
              [this](const std::string &address, const http::RestReply &reply) {
                  return heard(address, reply);
              }),
      m_identity(m_rest, m_clock, m_url,
                 [this](const protocol::RegistryInfo &info) {
                     if (!isExpected(info))
                         foundAnother(info);
                 }),
      m_random(QRandomGenerator::global()->generate()),
      m_streamBackoff(QRandomGenerator::global()->generate()) {
    m_registryClock.assumeOwnClock(m_clock.utc(), m_clock.mono());
    connect(&m_stream, &ActivityStream::opened, this, [this] {
        m_streamOpenedAt = m_clock.mono();
        sighted(LinkState::Connected, {});
    });
    connect(&m_stream, &ActivityStream::lost, this, &RegistryClient::streamLost);
    connect(&m_stream, &ActivityStream::othersHeard, this, &RegistryClient::othersHeard);
    m_watchTimer.setInterval(kWatchInterval);
    connect(&m_watchTimer, &QTimer::timeout, this, &RegistryClient::watch);
    for (QTimer *timer : {&m_retryTimer, &m_streamTimer})
        timer->setSingleShot(true);
    connect(&m_retryTimer, &QTimer::timeout, this, &RegistryClient::probe);
    connect(&m_streamTimer, &QTimer::timeout, this, &RegistryClient::openStream);
}

RegistryClient::~RegistryClient() = default;

void RegistryClient::start() {
    m_watchTimer.start();
    probe();
}

void RegistryClient::reconnectNow() {
    m_lists.stop();
    m_rest.reset();
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
    setLink(LinkState::Connecting, QStringLiteral("after standing still"));
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
    m_rest.send({.url = m_url + "/v1/info", .timeout = kProbeTimeout, .maxBytes = 64 * 1024},
                [this](const Result<http::RestReply> &reply) { probed(reply); });
}

void RegistryClient::probed(const Result<http::RestReply> &reply) {
    if (!reply && reply.error().kind == ErrorKind::Cancelled)
        return; // by ourselves, who then go on another way
    m_probing = false;
    if (!reply)
        return blind(linkStateOf(reply.error()), QString::fromStdString(reply.error().message));
    if (reply->status >= 500 || reply->status == 429)
        return blind(LinkState::Refusing, QString::fromStdString(statusText(*reply)));
    const auto info = protocol::parseRegistryInfo(reply->body);
    if (reply->status != 200 || !info)
        return blind(LinkState::NotARegistry,
                     !reply->location.empty() ? QString::fromStdString(refusal(*reply).message)
                     : reply->status != 200
                         ? QString::fromStdString(statusText(*reply) + " for /v1/info")
                         : QString::fromStdString(info.error().message));
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

bool RegistryClient::isExpected(const protocol::RegistryInfo &info) const {
    return m_expectedId.empty() || identity::isSameId(info.registryId, m_expectedId);
}

void RegistryClient::foundAnother(const protocol::RegistryInfo &info) {
    m_otherId = info.registryId;
    blind(LinkState::OtherRegistry,
          QStringLiteral("it was %1 and is now %2")
              .arg(QString::fromStdString(protocol::displayText(m_expectedId, 80)),
                   QString::fromStdString(protocol::displayText(m_otherId, 80))));
}

void RegistryClient::acceptRegistry() {
    if (m_otherId.empty())
        return;
    m_expectedId = std::exchange(m_otherId, {});
    reconnectNow();
}

bool RegistryClient::heard(const std::string &url, const http::RestReply &reply) {
    m_lastAnswer = reply.receivedAt;
    m_roundTrip = reply.receivedAt - reply.sentAt - reply.age.value_or(0ns);
    const bool good = !m_cacheMarks.isKept(url, reply);
    if (good && reply.date)
        m_registryClock.observeDate(*reply.date, reply.sentAt, reply.receivedAt);
    return good;
}

void RegistryClient::ask(const http::RestRequest &request, http::RestClient::Callback callback) {
    m_rest.send(request, [this, url = request.url,
                          callback = std::move(callback)](Result<http::RestReply> reply) {
        if (reply && !heard(url, *reply))
            reply = tl::unexpected(keptByCache());
        callback(std::move(reply));
    });
}

void RegistryClient::openStream() {
    m_stream.open(QString::fromStdString(protocol::webSocketUrl(m_url, "/v1/ws/activity")));
}

void RegistryClient::streamLost(const QString &reason) {
    qCInfo(lcRegistry, "%s: stream lost: %s", m_url.c_str(), qPrintable(reason));
    // One that greets and soon ends, again and again, is dialled ever less often.
    if (m_streamOpenedAt && m_clock.mono() - *m_streamOpenedAt > kStreamProved)
        m_streamBackoff.reset();
    m_streamOpenedAt.reset();
    m_streamTimer.start(toMs(m_streamBackoff.next()));
    if (m_link == LinkState::Connected || m_link == LinkState::PollingOnly) {
        // Whether we still see anything, only an answer tells.
        const bool wasStream = m_link == LinkState::Connected;
        m_probing = true;
        m_rest.send({.url = m_url + "/v1/info", .timeout = kProbeTimeout, .maxBytes = 64 * 1024},
                    [this, wasStream, reason](const Result<http::RestReply> &reply) {
                        const auto info = reply && reply->status == 200
                                              ? protocol::parseRegistryInfo(reply->body)
                                              : fail(ErrorKind::Protocol, {});
                        if (info && isExpected(*info) && wasStream &&
                            m_link == LinkState::Connected && !m_stream.isOpen())
                            sighted(LinkState::PollingOnly, reason);
                        probed(reply);
                    });
    } else if (m_lastAnswer && m_clock.mono() - *m_lastAnswer < kProbeInterval) {
        sighted(LinkState::PollingOnly, reason); // answers come, streams do not
    } else {
        probe();
    }
}

void RegistryClient::watch() {
    const MonoTime now = m_clock.mono();
    if (liveness::isSighted(m_link))
        m_identity.wantNowAndThen();
    if (m_link == LinkState::Connected) {
        if (now - lastContact() > liveness::Core::kSilenceBudget)
            return blind(LinkState::Silent, QStringLiteral("nothing heard for 25 s"));
        // A stream that may be dead: an answer tells whether it is the registry or the socket.
        const Nanoseconds quiet = now - m_stream.lastContact();
        if (m_stream.isOpen() && quiet > kSuspicion && !m_probing &&
            (!m_lastAnswer || now - *m_lastAnswer > kSuspicion))
            probe();
        // Answers come, yet the stream is dead: half open.
        if (m_stream.isOpen() && quiet > liveness::Core::kSilenceBudget) {
            m_stream.drop();
            streamLost(QStringLiteral("the stream is silent"));
        }
    } else if (m_link == LinkState::PollingOnly) {
        if (!m_probing && (!m_lastAnswer || now - *m_lastAnswer > kProbeInterval))
            probe();
    }
}

void RegistryClient::blind(LinkState state, const QString &detail) {
    m_stream.drop();
    m_streamTimer.stop();
    m_lists.stop();
    m_rest.reset();
    m_probing = false;
    const MonoTime now = m_clock.mono();
    m_failingSince = m_failingSince.value_or(now);
    const Nanoseconds wait = liveness::retryPace(now - *m_failingSince, m_random);
    m_nextTryAt = now + wait;
    m_retryTimer.start(toMs(wait));
    setLink(state, detail);
}

void RegistryClient::sighted(LinkState state, const QString &detail) {
    m_retryTimer.stop();
    m_nextTryAt.reset();
    setLink(state, detail);
}

void RegistryClient::setLink(LinkState state, const QString &detail) {
    if (m_link == state && m_detail == detail)
        return;
    m_link = state;
    m_detail = detail;
    Q_EMIT linkChanged();
}

void RegistryClient::deliver(Result<Record> record, std::function<void(Result<Record>)> callback) {
    m_identity.afterwards([this, record = std::move(record), callback = std::move(callback)] {
        callback(isAnothers() ? Result<Record>(anothersWord()) : record);
    });
}

void RegistryClient::readRecord(const std::string &entityId, bool urgent,
                                std::function<void(Result<Record>)> callback) {
    if (urgent) // it may accuse somebody
        m_identity.want();
    const Nanoseconds timeout = urgent ? kUrgentTimeout : kProbeTimeout;
    ask({.url = m_url + "/v1/entities/" + http::pathSegment(entityId),
         .timeout = timeout,
         .maxBytes = 256 * 1024},
        [this, callback = std::move(callback)](const Result<http::RestReply> &reply) {
            if (!reply)
                return callback(tl::unexpected(reply.error()));
            if (saysNotFound(*reply))
                return deliver(Record{std::nullopt, reply->sentAt}, callback);
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
    m_identity.want();
    m_lists.read(
        std::move(order), m_clock.mono(),
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
        [entityId, callback = std::move(callback)](const Result<http::RestReply> &reply) {
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
        [callback = std::move(callback)](const Result<http::RestReply> &reply) {
            if (!reply)
                return callback(tl::unexpected(reply.error()));
            if (reply->status != 200)
                return callback(tl::unexpected(refusal(*reply)));
            callback(protocol::parsePeers(reply->body));
        });
}

void RegistryClient::readOutageWitness(std::function<void(Result<OutageWitness>)> callback) {
    const auto get = [this](const std::string &path, http::RestClient::Callback use) {
        ask({.url = m_url + path, .timeout = kProbeTimeout}, std::move(use));
    };
    get("/v1/network/status", [get, callback = std::move(callback)](
                                  const Result<http::RestReply> &status) {
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
            [witness = std::move(witness), callback](const Result<http::RestReply> &page) mutable {
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
