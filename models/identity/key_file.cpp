// SPDX-License-Identifier: GPL-3.0-or-later
#include "identity/key_file.h"

#include "base/atomic_file.h"
#include "identity/encoding.h"
#include "identity/sodium.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

namespace heartline::identity {

namespace {

using Json = nlohmann::ordered_json;

std::optional<std::string> text(const Json &object, const char *member) {
    const auto it = object.find(member);
    if (it == object.end() || !it->is_string())
        return std::nullopt;
    return it->get<std::string>();
}

std::optional<PublicKey> publicKeyOf(std::string_view text) {
    if (text.starts_with(kAlgorithmPrefix))
        text.remove_prefix(kAlgorithmPrefix.size());
    const auto bytes = fromBase64Lenient(text);
    if (!bytes || bytes->size() != 32)
        return std::nullopt;
    PublicKey key;
    std::copy(bytes->begin(), bytes->end(), key.bytes.begin());
    return key;
}

DerivedFrom parseDerivedFrom(const Json &object) {
    DerivedFrom from;
    if (const auto key = text(object, "developer_public_key"))
        from.developerPublicKey = publicKeyOf(*key);
    for (const char *member : {"entity_index", "index"}) {
        const auto it = object.find(member);
        if (it != object.end() && it->is_number_unsigned() &&
            it->get<std::uint64_t>() <= UINT32_MAX)
            from.index = it->get<std::uint32_t>();
    }
    if (const auto signature = text(object, "developer_signature"))
        if (auto parsed = Signature::parse(*signature))
            from.developerSignature = *parsed;
    return from;
}

/// Wipes a string's bytes at the end of a scope.
struct Wiper {
    std::string &target;
    explicit Wiper(std::string &t) : target(t) {}
    Wiper(const Wiper &) = delete;
    Wiper &operator=(const Wiper &) = delete;
    ~Wiper() { wipe(target.data(), target.size()); }
};

} // namespace

Result<KeyFile> readKeyFile(const std::string &path) {
    auto content = readFile(path, 64 * 1024);
    if (!content)
        return tl::unexpected(content.error());
    const Wiper wipeContent(*content);
    Json json = Json::parse(*content, nullptr, false);
    const auto invalid = [&path](const std::string &why) {
        return fail(ErrorKind::InvalidInput, path + " is not a key file: " + why);
    };
    if (!json.is_object())
        return invalid("it is not a JSON object with public_key and private_key");
    const auto it = json.find("private_key");
    if (it == json.end() || !it->is_string())
        return invalid("private_key is missing");
    auto &secretText = it->get_ref<std::string &>();
    const Wiper wipeText(secretText);
    auto bytes = fromBase64Lenient(secretText);
    if (!bytes)
        return invalid("private_key is not base64");
    auto key = SecretKey::fromBytes(*bytes);
    wipe(bytes->data(), bytes->size());
    if (!key)
        return invalid(key.error().message);

    KeyFile file{std::move(*key), {}, false, false};
    if (const auto stated = text(json, "public_key"))
        file.statedKeyDiffers = publicKeyOf(*stated) != file.key.publicKey();
    if (const auto from = json.find("derived_from"); from != json.end() && from->is_object())
        file.derivedFrom = parseDerivedFrom(*from);
    struct stat info {};
    file.looseMode = ::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0;
    return file;
}

Result<void> writeKeyFile(const std::string &path, const SecretKey &key,
                          const std::optional<DerivedFrom> &derivedFrom) {
    // Built by hand rather than in a JSON value, so that no copy of the seed is left behind.
    std::string secret = toBase64(key.seed());
    const Wiper wipeSecret(secret);
    std::string content;
    content.reserve(1024);
    const Wiper wipeContent(content);
    content += "{\n  \"public_key\": \"";
    content += toBase64(key.publicKey().bytes);
    content += "\",\n  \"private_key\": \"";
    content += secret;
    content += '"';
    if (derivedFrom && derivedFrom->developerPublicKey && derivedFrom->index) {
        content += ",\n  \"derived_from\": {\n    \"developer_public_key\": \"";
        content += derivedFrom->developerPublicKey->text();
        content += "\",\n    \"entity_index\": ";
        content += std::to_string(*derivedFrom->index);
        if (derivedFrom->developerSignature) {
            content += ",\n    \"developer_signature\": \"";
            content += derivedFrom->developerSignature->text();
            content += '"';
        }
        content += "\n  }";
    }
    content += "\n}\n";
    return writeFileAtomically(path, content, FileAccess::OwnerOnly, IfExists::Refuse);
}

} // namespace heartline::identity
