// SPDX-License-Identifier: GPL-3.0-or-later
#include "registry/identity_check.h"

#include <utility>

namespace heartline::registry {

IdentityCheck::IdentityCheck(const Environment &environment, std::string registry, Tell tell,
                             std::function<void()> asks)
    : m_environment(environment), m_url(std::move(registry) + "/v1/info"), m_tell(std::move(tell)),
      m_asks(std::move(asks)) {}

void IdentityCheck::wantAfter(Nanoseconds holds) {
    if (!m_out && (!m_askedAt || m_environment.clock.mono() - *m_askedAt > holds))
        ask();
}

void IdentityCheck::afterwards(std::function<void()> then) {
    if (m_out)
        m_waiting.push_back(std::move(then));
    else
        then();
}

void IdentityCheck::ask() {
    m_out = true;
    m_askedAt = m_environment.clock.mono();
    m_asks();
    m_environment.transport.send({.url = m_url, .timeout = kTimeout, .maxBytes = 64 * 1024},
                                 [this](const Result<HttpReply> &reply) {
                                     m_out = false;
                                     if (reply && reply->status == 200)
                                         if (const auto info =
                                                 protocol::parseRegistryInfo(reply->body))
                                             m_tell(*info);
                                     for (const auto &then : std::exchange(m_waiting, {}))
                                         then();
                                 });
}

} // namespace heartline::registry
