// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/registration.h"

#include "protocol/go_json.h"

namespace heartline::protocol {

namespace {

/// A member as it stands in the body; the empty text (or list) when it is missing.
Json memberOr(const Json &body, const char *name, const Json &fallback) {
    const auto it = body.find(name);
    return it == body.end() || it->is_null() ? fallback : *it;
}

} // namespace

std::string registrationSignedText(const Json &body) {
    Json text = Json::object();
    for (const char *name : {"category", "entity_url", "name", "public_key", "summary"})
        text[name] = memberOr(body, name, "");
    text["tags"] = memberOr(body, "tags", Json::array());
    if (const std::string type = stringOr(body, "entity_type", {}); !type.empty())
        text["entity_type"] = type;
    return withGoLineSeparators(canonicalJson(text));
}

std::string developerSignedText(const Json &body) {
    Json text = Json::object();
    for (const char *name : {"github", "name", "profile_url", "public_key"})
        text[name] = memberOr(body, name, "");
    return canonicalJson(text);
}

std::string updateSignedText(const Json &body) {
    Json text = body;
    text.erase("signature");
    return canonicalJson(text);
}

std::string makeEntityRegistration(const EntityDescription &description,
                                   const identity::SecretKey &agent, std::string_view developerId,
                                   const identity::DeveloperProof &proof) {
    Json body{{"name", description.name},
              {"entity_url", description.entityUrl},
              {"category", description.category},
              {"tags", description.tags},
              {"summary", description.summary},
              {"public_key", agent.publicKey().text()},
              {"entity_type", description.entityType}};
    body["signature"] = agent.sign(registrationSignedText(body)).text();
    body["developer_id"] = std::string(developerId);
    body["developer_proof"] = {{"developer_public_key", proof.developerPublicKey.text()},
                               {"entity_index", proof.entityIndex},
                               {"developer_signature", proof.developerSignature.text()}};
    return body.dump();
}

std::string makeDeveloperRegistration(std::string_view name, const identity::SecretKey &developer) {
    Json body{{"name", std::string(name)},
              {"public_key", developer.publicKey().text()},
              {"profile_url", ""},
              {"github", ""}};
    body["signature"] = developer.sign(developerSignedText(body)).text();
    return body.dump();
}

std::string agentAuthorization(const identity::SecretKey &agent, std::string_view signedText) {
    return "Bearer " + agent.sign(signedText).text();
}

} // namespace heartline::protocol
