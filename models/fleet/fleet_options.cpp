// SPDX-License-Identifier: GPL-3.0-or-later
#include "fleet/fleet_options.h"

#include "identity/entity_id.h"

namespace heartline::fleet {

Result<void> FleetOptions::check() const {
    if (!identity::isWellFormedId(identity::IdKind::Developer, developerId) &&
        !identity::isOldId(developerId))
        return fail(ErrorKind::InvalidInput,
                    "\"" + developerId + "\" is no developer id: zns:dev: and 32 hex digits");
    if (registries.empty())
        return fail(ErrorKind::InvalidInput, "no registry is set; give one by --registry URL");
    return thresholds.check();
}

} // namespace heartline::fleet
