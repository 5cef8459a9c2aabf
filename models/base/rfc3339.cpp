// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/rfc3339.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace heartline {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr std::size_t kNanosecondDigits = 9; // what comes after them is cut
constexpr std::array<long, kNanosecondDigits + 1> kPowersOfTen{
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

/// Reads `count` digits at `pos`; -1 when one of them is none.
int digits(std::string_view text, std::size_t pos, std::size_t count) {
    int value = 0;
    for (std::size_t i = pos; i < pos + count; ++i) {
        const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
        if (digit > 9)
            return -1;
        value = value * 10 + static_cast<int>(digit);
    }
    return value;
}

std::string format(UtcTime time, int decimals) {
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 48> buffer{};
    int length = std::snprintf(
        buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    std::string text(buffer.data(), static_cast<std::size_t>(length));
    if (decimals > 0) {
        length = std::snprintf(buffer.data(), buffer.size(), ".%09lld",
                               static_cast<long long>(clock.subseconds().count()));
        text.append(buffer.data(), static_cast<std::size_t>(decimals) + 1);
    }
    return text;
}

} // namespace

std::optional<UtcTime> parseRfc3339(std::string_view text) {
    if (text.size() < 20 || text.size() > 64 || text[4] != '-' || text[7] != '-' ||
        text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const int year = digits(text, 0, 4);
    const int month = digits(text, 5, 2);
    const int day = digits(text, 8, 2);
    const int hour = digits(text, 11, 2);
    const int minute = digits(text, 14, 2);
    const int second = digits(text, 17, 2);
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (year < 1970 || year > 2261 || month < 1 || day < 1 || !date.ok() || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 59)
        return std::nullopt;

    std::size_t pos = 19;
    Nanoseconds fraction{0};
    if (text[pos] == '.') {
        const std::size_t first = ++pos;
        long value = 0;
        for (; pos < text.size(); ++pos) {
            const unsigned digit = static_cast<unsigned char>(text[pos]) - unsigned{'0'};
            if (digit > 9)
                break;
            if (pos - first < kNanosecondDigits)
                value = value * 10 + static_cast<long>(digit);
        }
        if (pos == first)
            return std::nullopt;
        const std::size_t count = std::min(pos - first, kNanosecondDigits);
        fraction = Nanoseconds(value * kPowersOfTen[kNanosecondDigits - count]);
    }

    std::chrono::minutes offset{0};
    const std::string_view zone = text.substr(pos);
    if (zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':') {
        const int offsetHours = digits(zone, 1, 2);
        const int offsetMinutes = digits(zone, 4, 2);
        if (offsetHours < 0 || offsetHours > 23 || offsetMinutes < 0 || offsetMinutes > 59)
            return std::nullopt;
        offset =
            std::chrono::minutes((offsetHours * 60 + offsetMinutes) * (zone[0] == '-' ? -1 : 1));
    } else if (zone != "Z") {
        return std::nullopt;
    }
    return UtcTime(sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) + fraction - offset;
}

std::string formatRfc3339(UtcTime time) {
    return format(time, 0) + 'Z';
}

std::string formatRfc3339Nanos(UtcTime time) {
    std::string text = format(time, 9);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.')
        text.pop_back();
    return text + 'Z';
}

std::string formatRfc3339Millis(UtcTime time) {
    return format(time, 3) + 'Z';
}

} // namespace heartline
