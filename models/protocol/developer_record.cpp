// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/developer_record.h"

#include "protocol/display_text.h"

namespace heartline::protocol {

Result<DeveloperRecord> parseDeveloperRecord(std::string_view text) {
    return parseObject(text).and_then([](const Json &json) -> Result<DeveloperRecord> {
        DeveloperRecord record;
        record.developerId = displayText(stringOr(json, "developer_id", {}), 128);
        if (record.developerId.empty())
            return fail(ErrorKind::Protocol, "the record has no developer_id");
        record.name = displayText(stringOr(json, "name", {}), 100);
        record.publicKey = displayText(stringOr(json, "public_key", {}), 128);
        record.homeRegistry = displayText(stringOr(json, "home_registry", {}), 128);
        record.registeredAt = timeMember(json, "registered_at");
        record.signature = displayText(stringOr(json, "signature", {}), 128);
        return record;
    });
}

} // namespace heartline::protocol
