// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/entity_record.h"

namespace heartline::protocol {

/// A page of `GET /v1/entities` (member `entities`) or a developer's list (member `agents`, at most
/// 100, newest update first, no paging).
struct EntityList {
    std::vector<EntityRecord> records;
    /// The registry's own `count`: of this page.
    std::int64_t count = 0;
    /// Entries that were no usable record.
    int skipped = 0;
};

/// Pages of 200 records come to about 200 KB; more than 8 MiB is refused.
[[nodiscard]] Result<EntityList> parseEntityList(std::string_view text);

/// The number at which the developer's list stops: as many mean that there may be more.
inline constexpr int kDeveloperListCap = 100;

} // namespace heartline::protocol
