// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/database.h"

#include <QFileInfo>
#include <QSqlError>
#include <QUrl>
#include <QVariant>
#include <atomic>

namespace heartline::storage {

namespace {

std::string textOf(const QSqlError &error) {
    return error.text().toStdString();
}

/// SQLite's own words for what Qt only quotes.
Error errorOf(const QSqlError &error, const std::string &before = {}) {
    constexpr int kReadOnly = 8;
    constexpr int kCorrupt = 11;
    constexpr int kCannotOpen = 14;
    constexpr int kNotADatabase = 26;
    const int code = error.nativeErrorCode().toInt() & 0xFF; // without its extension
    const ErrorKind kind = code == kCorrupt || code == kNotADatabase  ? ErrorKind::Damaged
                           : code == kReadOnly || code == kCannotOpen ? ErrorKind::ReadOnly
                                                                      : ErrorKind::Io;
    return {kind, before + textOf(error)};
}

QString newConnectionName() {
    static std::atomic<int> last{0};
    return QStringLiteral("heartline-%1").arg(++last);
}

Result<void> prepare(QSqlDatabase db, const std::string &path,
                     const Database::Migrations &migrations) {
    QSqlQuery query(db);
    if (!query.exec(QStringLiteral("PRAGMA journal_mode=WAL")) ||
        !query.exec(QStringLiteral("PRAGMA synchronous=NORMAL")) ||
        !query.exec(QStringLiteral("PRAGMA user_version")) || !query.next())
        return tl::unexpected(errorOf(query.lastError(), path + " is not a usable database: "));
    const int version = query.value(0).toInt();
    query.finish();
    if (version > static_cast<int>(migrations.size()))
        return fail(ErrorKind::Unsupported,
                    path + " was written by a newer Heartline; use that one, or another place");
    for (qsizetype i = version; i < migrations.size(); ++i) {
        db.transaction();
        for (const QString &statement : migrations[i])
            if (!query.exec(statement))
                return tl::unexpected(errorOf(query.lastError(), "cannot prepare " + path + ": "));
        if (!query.exec(QStringLiteral("PRAGMA user_version=%1").arg(i + 1)) || !db.commit())
            return fail(ErrorKind::Io, "cannot prepare " + path);
    }
    return {};
}

} // namespace

Result<Database> Database::open(const std::string &path, const Migrations &migrations) {
    Database database(newConnectionName());
    QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), database.m_connection);
    db.setDatabaseName(QString::fromStdString(path));
    db.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
    if (!db.open())
        return tl::unexpected(errorOf(db.lastError(), "cannot open " + path + ": "));
    if (const auto good = prepare(db, path, migrations); !good)
        return tl::unexpected(good.error());
    return database;
}

Result<Database> Database::openForReading(const std::string &path, const Migrations &migrations) {
    // Where a log waits to be taken in, leaving it out would be to lose what it holds.
    const bool logged = QFileInfo::exists(QString::fromStdString(path + "-wal"));
    Database database(newConnectionName());
    QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), database.m_connection);
    QUrl url = QUrl::fromLocalFile(QFileInfo(QString::fromStdString(path)).absoluteFilePath());
    if (!logged)
        url.setQuery(QStringLiteral("immutable=1"));
    db.setDatabaseName(url.toString(QUrl::FullyEncoded));
    db.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_OPEN_URI"));
    if (!db.open())
        return tl::unexpected(errorOf(db.lastError(), "cannot open " + path + ": "));
    QSqlQuery query(db);
    if (!query.exec(QStringLiteral("PRAGMA user_version")) || !query.next())
        return tl::unexpected(errorOf(query.lastError(), "cannot read " + path + ": "));
    if (query.value(0).toInt() != static_cast<int>(migrations.size()))
        return fail(ErrorKind::Unsupported,
                    path + " is of another version, and cannot be written to bring it up to this");
    return database;
}

Database::Database(Database &&other) noexcept
    : m_connection(std::exchange(other.m_connection, {})) {}

Database::~Database() {
    if (!m_connection.isEmpty())
        QSqlDatabase::removeDatabase(m_connection);
}

QSqlQuery Database::query() const {
    QSqlQuery query(QSqlDatabase::database(m_connection));
    query.setForwardOnly(true);
    return query;
}

Result<void> Database::transaction(const std::function<bool(const Run &)> &work) {
    QSqlDatabase db = QSqlDatabase::database(m_connection);
    if (!db.transaction())
        return tl::unexpected(errorOf(db.lastError()));
    QSqlQuery query(db);
    const auto run = [&query](const QString &statement, const QVariantList &values) {
        if (query.lastQuery() != statement)
            query.prepare(statement);
        for (int i = 0; i < values.size(); ++i)
            query.bindValue(i, values[i]);
        return query.exec();
    };
    const bool good = work(run);
    const QSqlError refused = query.lastError();
    query.finish();
    if (!good || !db.commit()) {
        Error error = errorOf(refused.isValid() ? refused : db.lastError());
        db.rollback();
        return tl::unexpected(std::move(error));
    }
    return {};
}

} // namespace heartline::storage
