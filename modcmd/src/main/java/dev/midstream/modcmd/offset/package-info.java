/**
 * The 32-bit arithmetic of TCP: conversion between sequence numbers and 64-bit stream offsets, and
 * the order of timestamp values.
 *
 * <p>Place on the path: between the header views, which use 32-bit numbers, and everything else,
 * which uses offsets. No other package may subtract or compare sequence numbers.
 *
 * <p>Everything here is immutable or stateless, and so for any thread.
 */
@NullMarked
package dev.midstream.modcmd.offset;

import org.jspecify.annotations.NullMarked;
