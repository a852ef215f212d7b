/**
 * What is written into the common tables, when, and how much of it: {@link
 * dev.midstream.tables.service.TableService}. Whatever holds their octets.
 */
@NullMarked
package dev.midstream.tables.service;

import org.jspecify.annotations.NullMarked;
