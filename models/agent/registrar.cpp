// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/registrar.h"

#include "identity/entity_id.h"
#include "protocol/registry_info.h"

namespace heartline::agent {

Registrar::Registrar(Options options, const identity::SecretKey &agent,
                     const identity::SecretKey *developer, const Environment &environment)
    : m_options(std::move(options)), m_agent(agent), m_developer(developer),
      m_environment(environment), m_record(m_options.registry, m_options.entityId, environment) {}

void Registrar::drop() {
    m_callback = nullptr;
    m_record.drop();
    if (m_pending != 0)
        m_environment.transport.cancel(std::exchange(m_pending, 0));
}

void Registrar::finish(Result<Outcome> result) {
    const Callback callback = std::exchange(m_callback, nullptr);
    if (callback)
        callback(std::move(result));
}

void Registrar::send(const std::string &method, const std::string &path, const std::string &body,
                     std::function<void(const HttpReply &)> use) {
    m_pending = m_environment.transport.send(
        {.method = method, .url = m_options.registry + path, .body = body},
        [this, use = std::move(use)](const Result<HttpReply> &reply) {
            m_pending = 0;
            if (reply)
                use(*reply);
            else
                finish(tl::unexpected(reply.error()));
        });
}

void Registrar::ensureRegistered(Callback callback) {
    drop();
    m_callback = std::move(callback);
    m_record.ask([this](const Result<OwnRecord::Answer> &answer) {
        if (!answer)
            return finish(tl::unexpected(answer.error()));
        if (answer->standing == OwnRecord::Standing::Registered)
            return finish(Outcome::AlreadyRegistered);
        if (!m_developer)
            return finish(fail(ErrorKind::Refused,
                               "not registered, and there is no developer key to register with; "
                               "give one by --developer FILE or $ZYND_HOME/developer.json"));
        registerDeveloperIfNeeded();
    });
}

void Registrar::registerDeveloperIfNeeded() {
    const std::string id = identity::makeId(identity::IdKind::Developer, m_developer->publicKey());
    send("GET", "/v1/developers/" + protocol::pathSegment(id), {}, [this](const HttpReply &reply) {
        if (reply.status == 200)
            return registerAgent();
        send("POST", "/v1/developers",
             protocol::makeDeveloperRegistration(m_options.developerName, *m_developer),
             [this](const HttpReply &answer) {
                 if (answer.status == 201 || answer.status == 409)
                     return registerAgent();
                 finish(fail(ErrorKind::Refused,
                             "the registry does not take this developer: " +
                                 protocol::errorText(answer.body),
                             answer.status));
             });
    });
}

void Registrar::registerAgent() {
    const std::string developerId =
        identity::makeId(identity::IdKind::Developer, m_developer->publicKey());
    const auto proof =
        identity::DeveloperProof::make(*m_developer, m_agent.publicKey(), m_options.entityIndex);
    send("POST", "/v1/entities",
         protocol::makeEntityRegistration(m_options.description, m_agent, developerId, proof),
         [this](const HttpReply &reply) {
             if (reply.status == 201 || reply.status == 409)
                 return checkRegistered(reply.status == 409 ? protocol::errorText(reply.body)
                                                            : std::string());
             finish(fail(ErrorKind::Refused,
                         "registration refused: " + protocol::errorText(reply.body), reply.status));
         });
}

void Registrar::checkRegistered(const std::string &answer) {
    m_record.ask([this, answer](const Result<OwnRecord::Answer> &found) {
        if (!found)
            return finish(tl::unexpected(found.error()));
        if (found->standing == OwnRecord::Standing::Registered)
            return finish(Outcome::Registered);
        finish(fail(ErrorKind::Refused, answer.empty()
                                            ? "registered, and yet the registry has no record of it"
                                            : "registration refused: " + answer));
    });
}

} // namespace heartline::agent
