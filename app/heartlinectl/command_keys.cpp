// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"
#include "identity/entity_id.h"
#include "identity/key_file.h"

#include <cstdio>

namespace heartline::ctl {

namespace {

using identity::IdKind;

struct KeysArguments {
    std::string file;
    std::string out;
    std::string developer;
    std::uint32_t index = 0;
};

int runNew(const KeysArguments &arguments) {
    const auto key = identity::SecretKey::generate();
    if (const auto written = identity::writeKeyFile(arguments.out, key); !written)
        return complain(written.error().message, kFailed);
    std::printf("%s\npublic key    %s\ndeveloper id  %s\nagent id      %s\n", arguments.out.c_str(),
                key.publicKey().text().c_str(),
                identity::makeId(IdKind::Developer, key.publicKey()).c_str(),
                identity::makeId(IdKind::Agent, key.publicKey()).c_str());
    return 0;
}

int runDerive(const KeysArguments &arguments) {
    const auto developer = identity::readKeyFile(arguments.developer);
    if (!developer)
        return complain(developer.error().message, kFailed);
    const auto key = developer->key.deriveAgentKey(arguments.index);
    const auto proof =
        identity::DeveloperProof::make(developer->key, key.publicKey(), arguments.index);
    const identity::DerivedFrom from{proof.developerPublicKey, proof.entityIndex,
                                     proof.developerSignature};
    if (const auto written = identity::writeKeyFile(arguments.out, key, from); !written)
        return complain(written.error().message, kFailed);
    std::printf("%s\nagent id      %s\n", arguments.out.c_str(),
                identity::makeId(IdKind::Agent, key.publicKey()).c_str());
    return 0;
}

int runShow(const KeysArguments &arguments) {
    const auto file = identity::readKeyFile(arguments.file);
    if (!file)
        return complain(file.error().message, kFailed);
    const identity::PublicKey key = file->key.publicKey();
    std::printf("public key    %s\nagent id      %s\nservice id    %s\ndeveloper id  %s\n",
                key.text().c_str(), identity::makeId(IdKind::Agent, key).c_str(),
                identity::makeId(IdKind::Service, key).c_str(),
                identity::makeId(IdKind::Developer, key).c_str());
    if (file->derivedFrom && file->derivedFrom->developerPublicKey)
        std::printf(
            "derived from  %s, index %s\n",
            identity::makeId(IdKind::Developer, *file->derivedFrom->developerPublicKey).c_str(),
            file->derivedFrom->index ? std::to_string(*file->derivedFrom->index).c_str()
                                     : "unknown");
    if (file->statedKeyDiffers)
        complain("warning: the file's public_key does not belong to its private key", 0);
    if (file->looseMode)
        complain("warning: others can read this file; run: chmod 600 " + arguments.file, 0);
    return 0;
}

} // namespace

void addKeysCommand(CLI::App &app, Run &run) {
    auto arguments = std::make_shared<KeysArguments>();
    CLI::App *keys = app.add_subcommand("keys", "Make, derive and look at key files");
    keys->require_subcommand(1);
    CLI::App *fresh = keys->add_subcommand("new", "Make a new key");
    fresh->add_option("--out", arguments->out, "File to write, mode 0600; never an existing one")
        ->type_name("FILE")
        ->required();
    fresh->callback([arguments, &run] { run = [arguments] { return runNew(*arguments); }; });
    CLI::App *derive = keys->add_subcommand("derive", "Derive an agent's key from a developer's");
    derive->add_option("--developer", arguments->developer, "The developer's key file")
        ->type_name("FILE")
        ->required();
    derive->add_option("--index", arguments->index, "Which one, from 0")
        ->type_name("N")
        ->required();
    derive->add_option("--out", arguments->out, "File to write, mode 0600; never an existing one")
        ->type_name("FILE")
        ->required();
    derive->callback([arguments, &run] { run = [arguments] { return runDerive(*arguments); }; });
    CLI::App *show = keys->add_subcommand("show", "Show ids and public key, never the private one");
    show->add_option("file", arguments->file, "Key file")->type_name("FILE")->required();
    show->callback([arguments, &run] { run = [arguments] { return runShow(*arguments); }; });
}

} // namespace heartline::ctl
