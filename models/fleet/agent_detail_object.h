// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fleet/fleet_update.h"

#include <QObject>
#include <QVariant>
#include <QtQml/qqmlregistration.h>

namespace heartline::fleet {

/// The agent whose details are open. GUI thread.
class AgentDetailObject : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("belongs to Fleet")
    Q_PROPERTY(bool isReady READ isReady NOTIFY changed)
    Q_PROPERTY(QString verdictTitle READ verdictTitle NOTIFY changed)
    Q_PROPERTY(QString verdictText READ verdictText NOTIFY changed)
    Q_PROPERTY(QString outlook READ outlook NOTIFY changed)
    /// Each: witness, says, when, mark ("good", "bad", "neutral").
    Q_PROPERTY(QVariantList evidence READ evidence NOTIFY changed)
    /// Each: name, value.
    Q_PROPERTY(QVariantList record READ record NOTIFY changed)
    /// Each: text, took, mark ("good", "bad", "running", "waiting", "skipped").
    Q_PROPERTY(QVariantList steps READ steps NOTIFY changed)
    Q_PROPERTY(bool reconnecting READ isReconnecting NOTIFY changed)
    /// Its registry no longer knows it, and did not say why.
    Q_PROPERTY(bool isMissing READ isMissing NOTIFY changed)
    Q_PROPERTY(QString reconnectTime READ reconnectTime NOTIFY changed)
    /// Only copies of its record are known here: its home registry is worth watching.
    Q_PROPERTY(bool isAway READ isAway NOTIFY changed)
    Q_PROPERTY(QString homeName READ homeName NOTIFY changed)
    /// A guess; may be empty.
    Q_PROPERTY(QString homeUrl READ homeUrl NOTIFY changed)
public:
    using QObject::QObject;
    void set(const AgentDetail &detail);
    void clear();

    [[nodiscard]] bool isReady() const { return m_detail.has_value(); }
    [[nodiscard]] QString verdictTitle() const;
    [[nodiscard]] QString verdictText() const;
    [[nodiscard]] QString outlook() const;
    [[nodiscard]] QVariantList evidence() const { return m_evidence; }
    [[nodiscard]] QVariantList record() const { return m_record; }
    [[nodiscard]] QVariantList steps() const { return m_steps; }
    [[nodiscard]] bool isReconnecting() const { return m_detail && m_detail->reconnecting; }
    [[nodiscard]] bool isMissing() const { return m_detail && m_detail->missing; }
    [[nodiscard]] QString reconnectTime() const;
    [[nodiscard]] bool isAway() const { return m_detail && m_detail->home; }
    [[nodiscard]] QString homeName() const;
    [[nodiscard]] QString homeUrl() const;

Q_SIGNALS:
    void changed();

private:
    std::optional<AgentDetail> m_detail;
    QVariantList m_evidence;
    QVariantList m_record;
    QVariantList m_steps;
};

} // namespace heartline::fleet
