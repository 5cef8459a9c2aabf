// SPDX-License-Identifier: GPL-3.0-or-later
#include "tray_icon.h"

#include "base/logging.h"
#include "format.h"
#include "icon_provider.h"

#include <QPainter>

namespace heartline {

using liveness::AgentState;

namespace {

/// Middle tones that read on light and on dark panels.
QColor colourOf(AgentState state) {
    switch (state) {
    case AgentState::Active:
        return {0x2B, 0xA8, 0x7A};
    case AgentState::Late:
        return {0xD9, 0x9A, 0x1E};
    case AgentState::Stale:
        return {0xE8, 0x4B, 0x35};
    case AgentState::Inactive:
        return {0xA8, 0x6A, 0xD0};
    case AgentState::Registered:
        return {0x3D, 0x8B, 0xE0};
    case AgentState::Deregistered:
    case AgentState::Unknown:
        break;
    }
    return {0x84, 0x90, 0x9E};
}

} // namespace

QImage TrayIcon::paint(AgentState worst, int firing, int pixels) {
    QImage image = IconProvider::draw(fleet::Format::stateIcon(static_cast<int>(worst)),
                                      colourOf(worst), pixels);
    if (firing <= 0)
        return image;
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const QString text = firing > 99 ? QStringLiteral("99+") : QString::number(firing);
    QFont font;
    font.setPixelSize(qMax(8, pixels * (text.size() > 2 ? 40 : 54) / 100));
    font.setBold(true);
    painter.setFont(font);
    const int width =
        qMax(pixels * 58 / 100, painter.fontMetrics().horizontalAdvance(text) + pixels / 6);
    const QRect badge(pixels - width, pixels - pixels * 58 / 100, width, pixels * 58 / 100);
    painter.setBrush(QColor(0x18, 0x20, 0x2A));
    painter.setPen(QPen(Qt::white, qMax(1.0, pixels / 24.0)));
    painter.drawRoundedRect(QRectF(badge).adjusted(0.5, 0.5, -0.5, -0.5), pixels / 6.0,
                            pixels / 6.0);
    painter.setPen(Qt::white);
    painter.drawText(badge, Qt::AlignCenter, text);
    return image;
}

TrayIcon::TrayIcon(fleet::Fleet &fleet, QObject *parent) : QObject(parent), m_fleet(fleet) {
    m_sentence = m_menu.addAction(QString());
    m_sentence->setEnabled(false);
    m_menu.addSeparator();
    connect(m_menu.addAction(tr("Open Heartline")), &QAction::triggered, this,
            &TrayIcon::openWanted);
    m_reconnect = m_menu.addAction(tr("Reconnect all that fire"));
    connect(m_reconnect, &QAction::triggered, &m_fleet, &fleet::Fleet::reconnectAllFiring);
    m_menu.addSeparator();
    connect(m_menu.addAction(tr("Quit")), &QAction::triggered, this, &TrayIcon::quitWanted);
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this,
            [this](QSystemTrayIcon::ActivationReason reason) {
                if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
                    Q_EMIT openWanted();
            });
    connect(&m_fleet, &fleet::Fleet::summaryChanged, this, &TrayIcon::refresh);
    refresh();
    m_icon.show(); // appears by itself once there is a tray
    m_retry.setInterval(std::chrono::seconds(5));
    connect(&m_retry, &QTimer::timeout, this, &TrayIcon::tryToShow);
    if (!QSystemTrayIcon::isSystemTrayAvailable()) {
        qCInfo(lcDesktop, "no tray yet: its icon appears as soon as there is one");
        m_retry.start();
    }
}

void TrayIcon::tryToShow() {
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    m_retry.stop();
    m_icon.show();
}

void TrayIcon::refresh() {
    const AgentState worst = m_fleet.worst();
    const QString sentence = m_fleet.sentence();
    const QString drawn =
        fleet::Format::stateIcon(static_cast<int>(worst)) + QString::number(m_fleet.firing());
    m_sentence->setText(sentence);
    m_reconnect->setEnabled(m_fleet.firing() > 0);
    m_icon.setToolTip(QStringLiteral("Heartline: ") + sentence);
    if (drawn == m_drawn)
        return;
    m_drawn = drawn;
    QIcon icon;
    for (const int pixels : {16, 22, 24, 32, 48})
        icon.addPixmap(QPixmap::fromImage(paint(worst, m_fleet.firing(), pixels)));
    m_icon.setIcon(icon);
}

} // namespace heartline
