/**
 * The entries of the common tables, and their octets: version first, fields that this version does
 * not know are skipped. Pure.
 */
@NullMarked
package dev.midstream.tables.entry;

import org.jspecify.annotations.NullMarked;
