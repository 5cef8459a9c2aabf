// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnosis/health_probe.h"

#include "protocol/health_answer.h"

#include <QHostAddress>
#include <QUrl>

namespace heartline::diagnosis {

Result<void> mayProbe(ProbePolicy policy, const std::string &entityUrl) {
    if (policy == ProbePolicy::Never)
        return fail(ErrorKind::Refused, "not asked: probing agents' addresses is switched off");
    const QUrl url(QString::fromStdString(entityUrl), QUrl::StrictMode);
    const bool web =
        url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    if (!url.isValid() || !web || url.host().isEmpty() || !url.userInfo().isEmpty())
        return fail(ErrorKind::InvalidInput, "not asked: the record names no usable address");
    const bool loopback =
        url.host() == QLatin1String("localhost") || QHostAddress(url.host()).isLoopback();
    if (policy == ProbePolicy::LoopbackOnly && !loopback)
        return fail(ErrorKind::Refused,
                    "not asked: settings allow this machine's own addresses only");
    return {};
}

void probeHealth(http::RestClient &rest, const std::string &entityUrl, const std::string &entityId,
                 std::function<void(HealthWitness, Nanoseconds)> callback) {
    std::string base = entityUrl;
    while (base.ends_with('/'))
        base.pop_back();
    rest.send({.url = base + "/health", .timeout = 5s, .maxBytes = 64 * 1024},
              [entityId, callback = std::move(callback)](const Result<HttpReply> &reply) {
                  if (!reply)
                      return callback({HealthWitness::Said::NoAnswer, reply.error().message}, 0ns);
                  const Nanoseconds took = reply->receivedAt - reply->sentAt;
                  const auto answer = protocol::parseHealthAnswer(reply->body);
                  if (reply->status != 200 || !answer)
                      return callback(
                          {HealthWitness::Said::NoAnswer, "HTTP " + std::to_string(reply->status)},
                          took);
                  if (answer->entityId != entityId)
                      return callback({HealthWitness::Said::WrongAgent,
                                       answer->entityId.empty() ? "it names no entity_id"
                                                                : "it is " + answer->entityId},
                                      took);
                  callback({HealthWitness::Said::Ok, "status " + answer->status}, took);
              });
}

} // namespace heartline::diagnosis
