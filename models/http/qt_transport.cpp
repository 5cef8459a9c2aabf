// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/qt_transport.h"

#include "http/qt_stream.h"

#include <QSslConfiguration>

namespace heartline::http {

QtTransport::QtTransport(const Clock &clock, Trust trust)
    : m_trust(std::move(trust)), m_rest(clock, m_trust) {}

QtTransport::~QtTransport() = default;

std::uint64_t QtTransport::send(const HttpRequest &request, Callback callback) {
    return m_rest.send(request, std::move(callback));
}

void QtTransport::cancel(std::uint64_t id) {
    m_rest.cancel(id);
}

void QtTransport::reset() {
    m_rest.reset();
}

std::unique_ptr<Stream> QtTransport::open(const StreamRequest &request, StreamEvents events) {
    if (!m_tls && m_trust.addsAny() && request.url.starts_with("wss:"))
        m_tls = std::make_unique<QSslConfiguration>(m_trust.configuration());
    return std::make_unique<QtStream>(request, std::move(events), m_tls.get());
}

} // namespace heartline::http
