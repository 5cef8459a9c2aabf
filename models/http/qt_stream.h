// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/transport.h"

#include <QObject>

QT_BEGIN_NAMESPACE
class QSslConfiguration;
class QWebSocket;
QT_END_NAMESPACE

namespace heartline::http {

/// A stream by QWebSocket, through the proxy that the environment names. Thread: its own.
class QtStream final : public QObject, public Stream {
    Q_OBJECT
public:
    /// `tls`: for `wss:`, in place of Qt's own; may be null.
    QtStream(const StreamRequest &request, StreamEvents events, const QSslConfiguration *tls);
    ~QtStream() override;

    void ping() override;
    void send(std::string_view text) override;
    [[nodiscard]] std::string proxy() const override { return m_proxy; }

private:
    void listen();
    /// Holds the bounds that QWebSocket does not know.
    void limitUnsent(qint64 most);
    void lose(const StreamLoss &loss);

    const StreamRequest m_request;
    /// Those that run may end the stream.
    const std::shared_ptr<const StreamEvents> m_events;
    std::string m_proxy;
    QWebSocket *m_socket;
};

} // namespace heartline::http
