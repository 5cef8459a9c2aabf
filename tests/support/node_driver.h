// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "identity/entity_id.h"
#include "protocol/registration.h"
#include "support/wire_client.h"

namespace heartline::test {

/// Registers a developer and agents of theirs on a node, as an SDK would.
struct NodeDriver {
    std::uint16_t port = 0;
    identity::SecretKey developer = identity::SecretKey::generate();

    [[nodiscard]] std::string developerId() const {
        return identity::makeId(identity::IdKind::Developer, developer.publicKey());
    }
    [[nodiscard]] identity::SecretKey agentKey(std::uint32_t index) const {
        return developer.deriveAgentKey(index);
    }
    [[nodiscard]] std::string agentId(std::uint32_t index) const {
        return identity::makeId(identity::IdKind::Agent, agentKey(index).publicKey());
    }
    [[nodiscard]] std::string send(const std::string &method, const std::string &target,
                                   const std::string &body = {},
                                   const std::string &headers = {}) const {
        WireClient client(port);
        client.send(WireClient::request(method, target, body, headers));
        return client.readAnswer();
    }
    [[nodiscard]] int registerDeveloper() const {
        return WireClient::statusOf(
            send("POST", "/v1/developers", protocol::makeDeveloperRegistration("Dev", developer)));
    }
    [[nodiscard]] std::string registration(std::uint32_t index, const std::string &name) const {
        protocol::EntityDescription description;
        description.name = name;
        description.entityUrl = "http://127.0.0.1:1";
        const auto key = agentKey(index);
        return protocol::makeEntityRegistration(
            description, key, developerId(),
            identity::DeveloperProof::make(developer, key.publicKey(), index));
    }
    [[nodiscard]] int registerAgent(std::uint32_t index, const std::string &name) const {
        return WireClient::statusOf(send("POST", "/v1/entities", registration(index, name)));
    }
    [[nodiscard]] int deregisterAgent(std::uint32_t index) const {
        const std::string id = agentId(index);
        return WireClient::statusOf(
            send("DELETE", "/v1/entities/" + id, "",
                 "Authorization: " + protocol::agentAuthorization(agentKey(index), id) + "\r\n"));
    }
};

} // namespace heartline::test
