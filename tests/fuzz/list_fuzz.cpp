// SPDX-License-Identifier: GPL-3.0-or-later
// A list of records: no record of it is without an id.
#include "fuzz/input.h"
#include "protocol/entity_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const auto list = heartline::protocol::parseEntityList(heartline::fuzz::text(data, size));
    heartline::fuzz::expect(list || !list.error().message.empty());
    if (list)
        for (const auto &record : list->records)
            heartline::fuzz::expect(!record.entityId.empty());
    return 0;
}
