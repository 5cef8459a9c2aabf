// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "agent_list_model.h"
#include "skyline_painter.h"

#include <QPointer>
#include <QQuickItem>
#include <QtQml/qqmlregistration.h>

namespace heartline {

/// The recent heartbeat ages of one agent, painted into an image and shown as one texture node
/// (which every scene graph draws; geometry nodes are not drawn by the software one). Painted anew
/// when a column's worth of time has passed, a beat came, or its looks changed; never while hidden.
class SkylineItem : public QQuickItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(heartline::fleet::AgentListModel *model READ model WRITE setModel NOTIFY changed)
    Q_PROPERTY(int agentIndex READ agentIndex WRITE setAgentIndex NOTIFY changed)
    /// As Fleet.now.
    Q_PROPERTY(double now READ now WRITE setNow NOTIFY nowChanged)
    Q_PROPERTY(double lateMs MEMBER m_lateMs NOTIFY looksChanged)
    Q_PROPERTY(double staleMs MEMBER m_staleMs NOTIFY looksChanged)
    Q_PROPERTY(double inactiveMs MEMBER m_inactiveMs NOTIFY looksChanged)
    Q_PROPERTY(QColor activeColor MEMBER m_activeColour NOTIFY looksChanged)
    Q_PROPERTY(QColor lateColor MEMBER m_lateColour NOTIFY looksChanged)
    Q_PROPERTY(QColor staleColor MEMBER m_staleColour NOTIFY looksChanged)
    Q_PROPERTY(QColor inactiveColor MEMBER m_inactiveColour NOTIFY looksChanged)
    Q_PROPERTY(QColor hatchColor MEMBER m_hatchColour NOTIFY looksChanged)
    Q_PROPERTY(QColor groundColor MEMBER m_groundColour NOTIFY looksChanged)
public:
    explicit SkylineItem(QQuickItem *parent = nullptr);

    [[nodiscard]] fleet::AgentListModel *model() const { return m_model; }
    void setModel(fleet::AgentListModel *model);
    [[nodiscard]] int agentIndex() const { return m_agentIndex; }
    void setAgentIndex(int index);
    [[nodiscard]] double now() const { return m_now; }
    void setNow(double now);
    /// How often it has been painted; for benchmarks and tests.
    [[nodiscard]] int paints() const { return m_paints; }

Q_SIGNALS:
    void changed();
    void nowChanged();
    void looksChanged();

protected:
    void updatePolish() override;
    QSGNode *updatePaintNode(QSGNode *node, UpdatePaintNodeData *data) override;
    void geometryChange(const QRectF &geometry, const QRectF &old) override;
    void itemChange(ItemChange change, const ItemChangeData &data) override;

private:
    void repaint();

    QPointer<fleet::AgentListModel> m_model;
    QMetaObject::Connection m_traceConnection;
    int m_agentIndex = -1;
    double m_now = 0;
    double m_paintedAt = 0;
    double m_lateMs = 45000;
    double m_staleMs = 90000;
    double m_inactiveMs = 300000;
    QColor m_activeColour = Qt::green;
    QColor m_lateColour = Qt::yellow;
    QColor m_staleColour = Qt::red;
    QColor m_inactiveColour = Qt::magenta;
    QColor m_hatchColour = Qt::gray;
    QColor m_groundColour = Qt::transparent;
    QImage m_image;
    bool m_imageChanged = false;
    int m_paints = 0;
};

} // namespace heartline
