// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/display_text.h"

#include <QList>
#include <QString>

namespace heartline::protocol {

namespace {

bool isUnfit(char32_t c) {
    const auto category = QChar::category(c);
    return category == QChar::Other_Control || category == QChar::Other_Format ||
           category == QChar::Other_Surrogate || category == QChar::Separator_Line ||
           category == QChar::Separator_Paragraph;
}

} // namespace

std::string displayText(std::string_view text, std::size_t maxCharacters) {
    // Four bytes a character at the most: a hostile megabyte is cut before it is decoded.
    const bool cutEarly = text.size() > maxCharacters * 4;
    const QString decoded = QString::fromUtf8(
        text.data(), static_cast<qsizetype>(cutEarly ? maxCharacters * 4 : text.size()));
    QString shown;
    std::size_t count = 0;
    bool cut = cutEarly;
    for (const uint c : decoded.toUcs4()) {
        if (count == maxCharacters) {
            cut = true;
            break;
        }
        const auto point = static_cast<char32_t>(c);
        shown += isUnfit(point) ? QString(QChar::Space) : QString::fromUcs4(&point, 1);
        ++count;
    }
    if (cut && !shown.isEmpty())
        shown += QChar(0x2026);
    return shown.toStdString();
}

std::size_t characterCount(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text)
        count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    return count;
}

} // namespace heartline::protocol
