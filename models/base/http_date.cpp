// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/http_date.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>
#include <array>
#include <cstdio>

namespace heartline {

std::optional<UtcTime> parseHttpDate(std::string_view text) {
    // Qt's RFC2822Date knows numeric zones only, and HTTP always says GMT. Date and time are read
    // apart: together they would be of our own zone, where hours are skipped once a year.
    constexpr std::size_t kDateLength = std::string_view("Tue, 24 Nov 2026").size();
    if (text.size() < kDateLength)
        return std::nullopt;
    const auto part = [](std::string_view piece) {
        return QString::fromLatin1(piece.data(), static_cast<qsizetype>(piece.size()));
    };
    const QDate date =
        QLocale::c().toDate(part(text.substr(0, kDateLength)), QStringLiteral("ddd, dd MMM yyyy"));
    const QTime time =
        QLocale::c().toTime(part(text.substr(kDateLength)), QStringLiteral(" HH:mm:ss 'GMT'"));
    if (!date.isValid() || !time.isValid())
        return std::nullopt;
    // Our times end in the year 2262.
    if (date.year() < 1970 || date.year() > 2200)
        return std::nullopt;
    return UtcTime(
        std::chrono::milliseconds(QDateTime(date, time, QTimeZone::utc()).toMSecsSinceEpoch()));
}

std::string formatHttpDate(UtcTime time) {
    using namespace std::chrono;
    // Fixed names: strftime would follow the locale.
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(floor<seconds>(time - day));
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  kDays.at(weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                  kMonths.at(static_cast<unsigned>(date.month()) - 1),
                  static_cast<int>(date.year()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

} // namespace heartline
