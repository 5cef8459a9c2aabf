// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/database.h"

#include <QSqlError>
#include <QVariant>
#include <atomic>

namespace heartline::storage {

namespace {

std::string textOf(const QSqlError &error) {
    return error.text().toStdString();
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
        return fail(ErrorKind::Io,
                    path + " is not a usable database: " + textOf(query.lastError()));
    const int version = query.value(0).toInt();
    query.finish();
    if (version > static_cast<int>(migrations.size()))
        return fail(ErrorKind::Unsupported,
                    path + " was written by a newer Heartline; use that one, or another place");
    for (qsizetype i = version; i < migrations.size(); ++i) {
        db.transaction();
        for (const QString &statement : migrations[i])
            if (!query.exec(statement))
                return fail(ErrorKind::Io,
                            "cannot prepare " + path + ": " + textOf(query.lastError()));
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
        return fail(ErrorKind::Io, "cannot open " + path + ": " + textOf(db.lastError()));
    if (const auto good = prepare(db, path, migrations); !good)
        return tl::unexpected(good.error());
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
        return fail(ErrorKind::Io, textOf(db.lastError()));
    QSqlQuery query(db);
    const auto run = [&query](const QString &statement, const QVariantList &values) {
        if (query.lastQuery() != statement)
            query.prepare(statement);
        for (int i = 0; i < values.size(); ++i)
            query.bindValue(i, values[i]);
        return query.exec();
    };
    const bool good = work(run);
    query.finish();
    if (!good || !db.commit()) {
        const std::string why = textOf(query.lastError()) + textOf(db.lastError());
        db.rollback();
        return fail(ErrorKind::Io, why);
    }
    return {};
}

} // namespace heartline::storage
