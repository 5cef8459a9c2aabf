// SPDX-License-Identifier: GPL-3.0-or-later
#include "skyline_item.h"

#include <QQuickWindow>
#include <QSGImageNode>
#include <memory>

namespace heartline {

namespace {
MonoTime monoOf(double ms) {
    return MonoTime(fromSeconds(ms / 1000));
}
} // namespace

SkylineItem::SkylineItem(QQuickItem *parent) : QQuickItem(parent) {
    setFlag(ItemHasContents);
    connect(this, &SkylineItem::looksChanged, this, &SkylineItem::repaint);
}

void SkylineItem::repaint() {
    m_paintedAt = 0;
    polish();
}

void SkylineItem::setModel(fleet::AgentListModel *model) {
    if (m_model == model)
        return;
    disconnect(m_traceConnection);
    m_model = model;
    if (model)
        m_traceConnection =
            connect(model, &fleet::AgentListModel::traceChanged, this, [this](int index) {
                if (index == m_agentIndex && isVisible())
                    repaint();
            });
    repaint();
    Q_EMIT changed();
}

void SkylineItem::setAgentIndex(int index) {
    if (m_agentIndex == index)
        return;
    m_agentIndex = index;
    repaint();
    Q_EMIT changed();
}

void SkylineItem::setNow(double now) {
    if (qFuzzyCompare(m_now, now))
        return;
    m_now = now;
    const auto *trace = m_model ? m_model->trace(m_agentIndex) : nullptr;
    if (trace && isVisible() && width() > 0) {
        const double column = toSeconds(trace->window()) * 1000 / width();
        if (now - m_paintedAt >= column)
            polish();
    }
    Q_EMIT nowChanged();
}

void SkylineItem::geometryChange(const QRectF &geometry, const QRectF &old) {
    QQuickItem::geometryChange(geometry, old);
    if (geometry.size() != old.size())
        repaint();
}

void SkylineItem::itemChange(ItemChange change, const ItemChangeData &data) {
    QQuickItem::itemChange(change, data);
    if ((change == ItemVisibleHasChanged && data.boolValue) ||
        change == ItemDevicePixelRatioHasChanged || change == ItemSceneChange)
        repaint();
}

void SkylineItem::updatePolish() {
    const double ratio = window() ? window()->effectiveDevicePixelRatio() : 1;
    const int columns = qRound(width() * ratio);
    const int rows = qRound(height() * ratio);
    if (columns <= 0 || rows <= 0)
        return;
    m_paintedAt = m_now;
    SkylineStyle style;
    style.late = m_lateMs / 1000;
    style.stale = m_staleMs / 1000;
    style.inactive = m_inactiveMs / 1000;
    style.top = style.stale * 4 / 3;
    style.activeColour = m_activeColour;
    style.lateColour = m_lateColour;
    style.staleColour = m_staleColour;
    style.inactiveColour = m_inactiveColour;
    style.hatchColour = m_hatchColour;
    style.ground = m_groundColour;
    style.devicePixelRatio = ratio;
    const auto *trace = m_model ? m_model->trace(m_agentIndex) : nullptr;
    m_image =
        paintSkyline(trace ? history::skyline(*trace, monoOf(m_now), columns)
                           : std::vector<history::SkylineColumn>(static_cast<std::size_t>(columns)),
                     rows, style);
    m_imageChanged = true;
    ++m_paints;
    update();
}

QSGNode *SkylineItem::updatePaintNode(QSGNode *old, UpdatePaintNodeData *) {
    auto *node = static_cast<QSGImageNode *>(old);
    if (m_image.isNull() || !window()) {
        delete node;
        return nullptr;
    }
    if (!node) {
        node = window()->createImageNode();
        node->setOwnsTexture(true);
        node->setFiltering(QSGTexture::Nearest);
        m_imageChanged = true;
    }
    if (std::exchange(m_imageChanged, false))
        node->setTexture(window()->createTextureFromImage(m_image));
    node->setRect(boundingRect());
    return node;
}

} // namespace heartline
