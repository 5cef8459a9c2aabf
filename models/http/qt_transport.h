// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/rest_client.h"

QT_BEGIN_NAMESPACE
class QSslConfiguration;
QT_END_NAMESPACE

namespace heartline::http {

/// The network as it is: requests by RestClient, streams by QtStream, both by the same trust and
/// the same proxies. Thread: the one it was made in.
class QtTransport final : public Transport {
public:
    /// `clock` must outlive it.
    explicit QtTransport(const Clock &clock, Trust trust = Trust::fromEnvironment());
    ~QtTransport() override;

    std::uint64_t send(const HttpRequest &request, Callback callback) override;
    void cancel(std::uint64_t id) override;
    void reset() override;
    [[nodiscard]] std::unique_ptr<Stream> open(const StreamRequest &request,
                                               StreamEvents events) override;

private:
    const Trust m_trust;
    RestClient m_rest;
    /// Of m_trust; made for the first stream that needs it.
    std::unique_ptr<QSslConfiguration> m_tls;
};

} // namespace heartline::http
