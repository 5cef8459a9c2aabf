// SPDX-License-Identifier: GPL-3.0-or-later
// The `Date` header of an answer.
#include "base/http_date.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const auto date = heartline::parseHttpDate(heartline::fuzz::text(data, size));
    const auto day = std::chrono::floor<std::chrono::days>(date.value_or(heartline::UtcTime()));
    heartline::fuzz::expect(std::chrono::year_month_day(day).year() <= std::chrono::year(2200));
    return 0;
}
