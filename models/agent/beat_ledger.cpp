// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/beat_ledger.h"

namespace heartline::agent {

void BeatLedger::cameThrough(UtcTime sentAt, MonoTime now) {
    m_throughSince = m_throughSince.value_or(now);
    if (m_counts)
        m_lastCounted = sentAt;
}

void BeatLedger::recordRead(const OwnRecord::Answer &record, UtcTime utc, MonoTime now) {
    if (!record.lastHeartbeat)
        return; // it states none
    if (m_shown != record.lastHeartbeat) {
        m_shown = record.lastHeartbeat;
        m_shownSince = now;
    }
    // Two beats, and a half for what is under way.
    const Nanoseconds longEnough = m_period * 5 / 2;
    const Nanoseconds age =
        record.clockOffset ? utc + *record.clockOffset - *m_shown : Nanoseconds(now - m_shownSince);
    if (age <= longEnough) {
        m_counts = true;
        return;
    }
    if (!m_throughSince || now - *m_throughSince <= longEnough)
        return; // those of this connection may be written yet
    m_counts = false;
    m_lastCounted = *m_shown - record.clockOffset.value_or(Nanoseconds{});
}

} // namespace heartline::agent
