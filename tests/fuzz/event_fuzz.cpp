// SPDX-License-Identifier: GPL-3.0-or-later
// A frame of the activity stream. One parser reads them all, as the product's does.
#include "fuzz/input.h"
#include "protocol/activity_event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static heartline::protocol::ActivityParser parser;
    const std::string_view frame = heartline::fuzz::text(data, size);
    const auto event = parser.parse(frame);
    heartline::fuzz::expect(event || !event.error().message.empty());
    return 0;
}
