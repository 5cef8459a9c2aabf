// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/registry_desk.h"

#include "base/logging.h"
#include "registry/failure.h"

namespace heartline::watch {

namespace event = liveness::event;
namespace effect = liveness::effect;
using protocol::ActivityType;

RegistryDesk::RegistryDesk(liveness::RegistryIndex index, std::string url, std::string developerId,
                           const Environment &environment, liveness::RegistryClock &clock,
                           Hooks hooks)
    : m_index(index), m_developerId(std::move(developerId)), m_clock(environment.clock),
      m_hooks(std::move(hooks)), m_client(std::move(url), environment, clock, clientHooks()) {}

registry::RegistryClient::Hooks RegistryDesk::clientHooks() {
    return {
        .wanted = m_hooks.wanted,
        .event = [this](const protocol::ActivityEvent &activity) { heard(activity); },
        .othersHeard =
            [this](UtcTime stamp) {
                m_hooks.feed(event::OthersHeard{m_index, stamp});
            },
        .linkChanged =
            [this] {
                m_hooks.linkChanged();
                m_hooks.feed(event::LinkChanged{m_index, m_client.link(), m_client.lastContact()});
            },
        .asks =
            [this] {
                if (m_ordered > 0)
                    --m_ordered;
                else
                    m_hooks.feed(event::AskedBesides{m_index});
            }};
}

void RegistryDesk::heard(const protocol::ActivityEvent &activity) {
    switch (activity.type) {
    case ActivityType::Heartbeat:
        return m_hooks.feed(event::BeatHeard{m_index, activity.entityId, activity.timestamp});
    case ActivityType::BecameActive:
        return m_hooks.feed(event::ConnectionSeen{m_index, activity.entityId});
    case ActivityType::BecameInactive:
        return m_hooks.feed(event::ChangeHinted{m_index, activity.entityId});
    case ActivityType::Deregistered:
        return m_hooks.feed(event::ChangeHinted{m_index, activity.entityId, false, true});
    case ActivityType::Registered:
        return m_hooks.feed(event::ChangeHinted{m_index, activity.entityId, true});
    default:
        return;
    }
}

void RegistryDesk::perform(const effect::ReadRecord &read) {
    m_ordered = 1;
    m_client.readRecord(
        read.entityId, read.urgent,
        [this, entityId = read.entityId](const Read &answer) { tookRead(entityId, answer); });
}

void RegistryDesk::tookRead(const std::string &entityId, const Read &read) {
    if (!read)
        return readFailed(entityId, read.error());
    if (!read->record) {
        m_hooks.feed(event::RecordMissing{m_index, entityId, read->sentAt});
        return m_hooks.failed(entityId, {ErrorKind::NotFound, "the registry has no such record"});
    }
    if (read->record->entityId != entityId)
        return readFailed(
            entityId, {ErrorKind::Protocol, "the registry answered with another agent's record"});
    m_hooks.took(*read->record, read->sentAt, event::ReadBy::Itself);
}

void RegistryDesk::readFailed(const std::string &entityId, const Error &error) {
    if (error.kind == ErrorKind::Cancelled) // by ourselves, and read again
        return m_hooks.feed(event::ReadCancelled{m_index, entityId});
    qCDebug(lcRegistry, "reading %s failed: %s", entityId.c_str(), error.message.c_str());
    m_readError = error.message;
    m_hooks.feed(event::ReadFailed{m_index, entityId, registry::linkStateOf(error),
                                   error.kind == ErrorKind::RateLimited});
    m_hooks.failed(entityId, error);
}

void RegistryDesk::perform(const effect::ReadList &read) {
    registry::ListReader::Order order;
    order.developerId = m_developerId;
    order.paging = read.paging;
    order.rest = read.rest;
    order.limited = [this](Nanoseconds rest) {
        m_hooks.feed(event::ListProgress{m_index, {}, true, rest});
    };
    m_ordered = 1;
    m_client.readList(
        std::move(order),
        [this](const std::vector<protocol::EntityRecord> &records, MonoTime sentAt) {
            for (const protocol::EntityRecord &record : records)
                m_hooks.took(record, sentAt, event::ReadBy::List);
            m_hooks.feed(event::ListProgress{m_index, sentAt});
        },
        [this, now = m_clock.mono()](const Result<registry::ListReader::Outcome> &outcome) {
            tookList(outcome, now);
        });
}

void RegistryDesk::tookList(const Result<registry::ListReader::Outcome> &outcome,
                            MonoTime askedAt) {
    event::ListRead read{m_index, outcome.has_value(), false, askedAt};
    if (!outcome) {
        const Error &error = outcome.error();
        read.cancelled = error.kind == ErrorKind::Cancelled;
        read.as = registry::linkStateOf(error);
        read.limited = error.kind == ErrorKind::RateLimited;
        if (!read.cancelled) {
            m_listed = true;
            m_listError = m_readError = error.message;
        }
    } else {
        m_listed = true;
        m_listError = outcome->skipped == 0
                          ? std::string()
                          : std::to_string(outcome->skipped) + " of its records cannot be read";
        read.complete = outcome->complete;
        read.sentAt = outcome->sentAt;
        read.pages = static_cast<std::size_t>(outcome->pages);
        read.unread = static_cast<std::size_t>(outcome->skipped);
    }
    m_hooks.listed();
    m_hooks.feed(read);
}

void RegistryDesk::perform(const effect::ExplainOutage &) {
    m_ordered = 1;
    m_client.readOutageWitness([this](Result<registry::RegistryClient::OutageWitness> witness) {
        if (witness)
            return m_hooks.feed(event::OutageExplained{m_index, witness->uptime,
                                                       std::move(witness->beats), witness->sentAt});
        m_hooks.feed(
            event::OutageUnexplained{m_index, witness.error().kind == ErrorKind::RateLimited});
    });
}

void RegistryDesk::perform(const effect::DialAnew &) {
    m_client.dialAnew();
}

} // namespace heartline::watch
