// SPDX-License-Identifier: GPL-3.0-or-later
// A record, as `GET /v1/entities/{id}` answers it.
#include "fuzz/input.h"
#include "protocol/entity_record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const auto record = heartline::protocol::parseEntityRecord(heartline::fuzz::text(data, size));
    heartline::fuzz::expect(record || !record.error().message.empty());
    return 0;
}
